package org.hikyaku.check.render;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.FindingId;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.Severity;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A run in the Static Analysis Results Interchange Format (OASIS SARIF 2.1.0), which code hosts show beside the code. A
 * domain is not a file: its name stands as the artifact, and what the finding is about as a logical location.
 */
public final class SarifReport {
    private static final String SCHEMA =
            "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

    private SarifReport() {}

    /** @param version of the program */
    public static ObjectNode of(GatedReport gated, String version) {
        CheckReport report = gated.report();
        List<FindingId> ids = report.domains().stream()
                .flatMap(d -> d.findings().stream())
                .map(Finding::id)
                .distinct()
                .sorted()
                .toList();
        Map<FindingId, Integer> places = new EnumMap<>(FindingId.class);
        ids.forEach(id -> places.put(id, places.size()));

        ObjectNode json = node().put("$schema", SCHEMA).put("version", "2.1.0");
        ObjectNode run = json.putArray("runs").addObject();
        ObjectNode driver =
                run.putObject("tool").putObject("driver").put("name", "hikyaku").put("version", version);
        ArrayNode rules = driver.putArray("rules");
        ids.forEach(id -> rules.add(rule(id)));
        run.put("columnKind", "unicodeCodePoints");
        run.putArray("invocations")
                .addObject()
                .put("executionSuccessful", true)
                .put("startTimeUtc", report.at().toString())
                .put("endTimeUtc", report.at().plus(report.took()).toString());
        ArrayNode results = run.putArray("results");
        for (DomainReport domain : report.domains()) {
            domain.findings().forEach(f -> results.add(result(gated, domain, f, places)));
        }
        return json;
    }

    private static ObjectNode rule(FindingId id) {
        ObjectNode rule = node().put("id", id.id()).put("name", pascal(id));
        rule.putObject("shortDescription").put("text", id.id().replace('-', ' '));
        rule.putObject("fullDescription").put("text", id.matters());
        rule.putObject("help").put("text", id.matters() + " Rule: " + id.rule() + ".");
        return rule;
    }

    /** {@code DaneMismatch}: the name that SARIF asks for beside the identifier. */
    private static String pascal(FindingId id) {
        StringBuilder name = new StringBuilder();
        Arrays.stream(id.id().split("-", -1))
                .forEach(w -> name.append(Character.toUpperCase(w.charAt(0))).append(w, 1, w.length()));
        return name.toString();
    }

    private static ObjectNode result(
            GatedReport gated, DomainReport domain, Finding finding, Map<FindingId, Integer> places) {
        ObjectNode result = node().put("ruleId", finding.id().id())
                .put("ruleIndex", places.getOrDefault(finding.id(), -1))
                .put("kind", kind(finding.severity()))
                .put("level", level(finding.severity()));
        result.putObject("message").put("text", message(finding));
        ObjectNode location = result.putArray("locations").addObject();
        location.putObject("physicalLocation").putObject("artifactLocation").put("uri", domain.domain());
        location.putArray("logicalLocations")
                .addObject()
                .put("name", finding.subject())
                .put("fullyQualifiedName", domain.domain() + "/" + finding.subject())
                .put("kind", "resource");
        // What stays the same from run to run: the values seen may change without it being another finding.
        result.putObject("partialFingerprints")
                .put(
                        "hikyaku/finding/v1",
                        fingerprint(domain.domain(), finding.id().id(), finding.subject()));
        gated.baseline()
                .ifPresent(b -> result.put(
                        "baselineState",
                        switch (b.standing(domain, finding)) {
                            case NEW -> "new";
                            case WORSE -> "updated";
                            case UNCHANGED -> "unchanged";
                        }));
        result.putObject("properties")
                .put("severity", finding.severity().token())
                .put("rule", finding.rule())
                .put("fails", gated.fails(domain, finding));
        return result;
    }

    private static String message(Finding finding) {
        StringBuilder text = new StringBuilder(finding.seen());
        finding.mend().ifPresent(mend -> {
            text.append("\nTo do: ").append(finding.subject()).append(": ").append(mend.action());
            mend.lines().forEach(line -> text.append("\n  ").append(line));
        });
        return text.toString();
    }

    private static String kind(Severity severity) {
        return switch (severity) {
            case ERROR, WARNING, NOTICE -> "fail";
            case UNKNOWN -> "open";
            case OK -> "pass";
        };
    }

    /** "none" where the kind is not "fail" (section 3.27.10). */
    private static String level(Severity severity) {
        return switch (severity) {
            case ERROR -> "error";
            case WARNING -> "warning";
            case NOTICE -> "note";
            case UNKNOWN, OK -> "none";
        };
    }

    private static String fingerprint(String... parts) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static ObjectNode node() {
        return JsonNodeFactory.instance.objectNode();
    }
}
