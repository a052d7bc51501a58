package org.hikyaku.tlsrpt;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes reports exactly as RFC 8460 section 4.4 has them. */
public final class ReportWriter {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private ReportWriter() {}

    /** The report as JSON, in UTF-8. */
    public static byte[] json(Report report) {
        return MAPPER.writeValueAsBytes(node(report));
    }

    /** The report as JSON, packed by gzip; the same bytes for the same report. */
    public static byte[] gzip(Report report) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(json(report));
        } catch (IOException e) {
            throw new UncheckedIOException("memory takes what is written", e);
        }
        return packed.toByteArray();
    }

    /** The policy alone, on one line: the same text for the same policy. */
    public static String policyText(ReportedPolicy policy) {
        return MAPPER.writeValueAsString(policy(policy));
    }

    /** The kind of failure alone, without a number, on one line: the same text for the same kind. */
    public static String failureText(Failure failure) {
        return MAPPER.writeValueAsString(failure(failure));
    }

    /** The report as a tree, with the members in the order of the RFC. */
    public static ObjectNode node(Report report) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        report.organization().ifPresent(o -> node.put("organization-name", o));
        node.putObject("date-range")
                // T10: RFC 3339 with a zone
                .put(
                        "start-datetime",
                        report.period().start().truncatedTo(ChronoUnit.SECONDS).toString())
                .put(
                        "end-datetime",
                        report.period().end().truncatedTo(ChronoUnit.SECONDS).toString());
        report.contact().ifPresent(c -> node.put("contact-info", c));
        report.id().ifPresent(i -> node.put("report-id", i));
        ArrayNode policies = node.putArray("policies"); // T3: always an array
        report.policies().forEach(p -> policies.add(result(p)));
        return node;
    }

    private static ObjectNode result(PolicyResult result) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.set("policy", policy(result.policy()));
        node.putObject("summary")
                .put("total-successful-session-count", result.successful())
                .put("total-failure-session-count", result.failed());
        if (!result.failures().isEmpty()) {
            ArrayNode details = node.putArray("failure-details");
            result.failures().forEach(f -> details.add(failure(f.failure()).put("failed-session-count", f.sessions())));
        }
        return node;
    }

    private static ObjectNode policy(ReportedPolicy policy) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("policy-type", policy.type().token());
        strings(node, "policy-string", policy.strings()); // T3: one string for each line or record
        if (!policy.domain().isEmpty()) {
            node.put("policy-domain", policy.domain());
        }
        strings(node, "mx-host", policy.mxHosts()); // T3: an array (erratum 6241)
        return node;
    }

    private static void strings(ObjectNode node, String name, List<String> texts) {
        if (!texts.isEmpty()) {
            ArrayNode array = node.putArray(name);
            texts.forEach(array::add);
        }
    }

    private static ObjectNode failure(Failure failure) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("result-type", failure.type());
        // T9: what is not known is left out
        put(node, "sending-mta-ip", failure.sendingMtaIp());
        put(node, "receiving-mx-hostname", failure.mxHostname());
        put(node, "receiving-mx-helo", failure.mxHelo());
        put(node, "receiving-ip", failure.receivingIp());
        put(node, "additional-information", failure.additionalInformation());
        put(node, "failure-reason-code", failure.reasonCode());
        return node;
    }

    private static void put(ObjectNode node, String name, Optional<String> value) {
        value.ifPresent(v -> node.put(name, v));
    }
}
