package org.hikyaku.tlsrpt;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.dns.BadNameException;
import org.hikyaku.dns.DomainNames;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.ReportFormatException.Kind;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads what senders really send (T3, T9): numbers as text, one string or object where an array belongs, nulls, members
 * left out or in other letters, times without a zone, a byte order mark, packed or not. What cannot be read at all is
 * said in a sentence; sizes are bounded (T24).
 */
public final class ReportReader {
    /** T24: a report of a big sender about a big domain has some hundred kilobytes. */
    public static final Limit MAX_INFLATED = new Limit("bytes in a report, unpacked", 8 << 20);

    /** A sender has one policy, rarely some, for each domain and MX host. */
    public static final Limit MAX_POLICIES = new Limit("policies in a report", 5_000);

    /** Of one report, over all policies. */
    public static final Limit MAX_FAILURES = new Limit("failure details in a report", 20_000);

    static final Limit MAX_DEPTH = new Limit("levels of nesting in a report", 20);
    static final Limit MAX_STRINGS = new Limit("lines of a policy in a report", 1_000);

    /** A longer text is cut: an error message, say, or a name that is none. */
    static final Limit MAX_TEXT = new Limit("characters in a text of a report", 2_000);

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth((int) MAX_DEPTH.value())
                            .maxStringLength((int) MAX_INFLATED.value())
                            .maxNumberLength(100)
                            .build())
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ReportReader() {}

    /** Reads a report, packed by gzip or not. */
    public static Report read(byte[] bytes) throws ReportFormatException {
        byte[] json = ReportBytes.unpacked(bytes, MAX_INFLATED);
        ReportNode root = new ReportNode(tree(json));
        if (!root.isObject()) {
            throw new ReportFormatException(
                    Kind.NOT_A_REPORT,
                    "This is JSON, but not a TLS report: a report is an object (RFC 8460 section 4).");
        }
        Optional<ReportPeriod> period = root.member("date-range").flatMap(ReportTimes::period);
        Optional<ReportNode> policies = root.member("policies");
        // a few old senders, of the time of the drafts, had one policy and nothing around it
        if (policies.isEmpty() && root.member("policy").isPresent()) {
            policies = Optional.of(root);
        }
        if (period.isEmpty() || policies.isEmpty()) {
            throw new ReportFormatException(
                    Kind.NOT_A_REPORT,
                    "This is JSON, but not a TLS report: it has no "
                            + (policies.isEmpty()
                                    ? "\"policies\""
                                    : "\"date-range\" with a start and an end that can be read")
                            + " (RFC 8460 section 4.4).");
        }
        return new Report(
                root.text("organization-name"),
                period.get(),
                root.text("contact-info"),
                root.text("report-id"),
                results(policies.get().items()));
    }

    /** The JSON of a report as it came, packed by gzip or not. */
    public static byte[] json(byte[] bytes) throws ReportFormatException {
        return ReportBytes.unpacked(bytes, MAX_INFLATED);
    }

    /** The policy that {@link ReportWriter#policyText} wrote. */
    public static ReportedPolicy policy(String text) throws ReportFormatException {
        return policy(new ReportNode(tree(text.getBytes(StandardCharsets.UTF_8))));
    }

    /** The kind of failure that {@link ReportWriter#failureText} wrote. */
    public static Failure failure(String text) throws ReportFormatException {
        return failure(new ReportNode(tree(text.getBytes(StandardCharsets.UTF_8))));
    }

    private static JsonNode tree(byte[] json) throws ReportFormatException {
        int start = start(json);
        try {
            JsonNode tree = MAPPER.readTree(json, start, json.length - start);
            if (tree.isMissingNode()) {
                throw new ReportFormatException(Kind.NOT_JSON, "The report is empty.");
            }
            return tree;
        } catch (StreamConstraintsException e) {
            throw new ReportFormatException(
                    Kind.LIMIT,
                    "The report's JSON is deeper or longer than the limits allow (" + MAX_DEPTH.value() + " "
                            + MAX_DEPTH.name() + ", T24).",
                    e);
        } catch (JacksonException e) {
            throw new ReportFormatException(Kind.NOT_JSON, notJson(json, start, e), e);
        }
    }

    /** Behind a byte order mark, which RFC 8259 forbids and some write. */
    private static int start(byte[] json) {
        boolean mark = json.length >= 3 && json[0] == (byte) 0xEF && json[1] == (byte) 0xBB && json[2] == (byte) 0xBF;
        return mark ? 3 : 0;
    }

    private static String notJson(byte[] json, int start, JacksonException e) {
        String head = new String(json, start, Math.min(200, json.length - start), StandardCharsets.ISO_8859_1).strip();
        if (head.startsWith("<")) {
            return "This is XML or HTML, not a TLS report, which is JSON. Reports on DMARC are XML: they belong to the"
                    + " address in the DMARC record.";
        }
        return "This is not JSON: line " + e.getLocation().getLineNr() + ", column "
                + e.getLocation().getColumnNr() + " cannot be read.";
    }

    private static List<PolicyResult> results(List<ReportNode> nodes) throws ReportFormatException {
        check(MAX_POLICIES, nodes.size());
        List<PolicyResult> results = new ArrayList<>();
        long failures = 0;
        for (ReportNode node : nodes) {
            if (!node.isObject()) {
                throw new ReportFormatException(
                        Kind.NOT_A_REPORT, "This is no TLS report: one of its \"policies\" is not an object.");
            }
            PolicyResult result = result(node);
            failures += result.failures().size();
            check(MAX_FAILURES, failures);
            results.add(result);
        }
        return results;
    }

    private static PolicyResult result(ReportNode node) throws ReportFormatException {
        List<FailureCount> failures = new ArrayList<>();
        for (ReportNode detail :
                node.member("failure-details").map(ReportNode::items).orElse(List.of())) {
            check(MAX_FAILURES, failures.size() + 1L);
            if (detail.isObject()) {
                // one entry without a number is one session
                failures.add(new FailureCount(
                        failure(detail), detail.number("failed-session-count").orElse(1L)));
            }
        }
        Optional<ReportNode> summary = node.member("summary");
        long named = failures.stream().mapToLong(FailureCount::sessions).reduce(0, ReportReader::sum);
        return new PolicyResult(
                policy(node.member("policy").orElse(node)),
                count(summary, "total-successful-session-count", "success-aggregate")
                        .orElse(0L),
                // T9: what a report does not say in sum, its details say
                count(summary, "total-failure-session-count", "failure-aggregate")
                        .orElse(named),
                failures);
    }

    private static long sum(long a, long b) {
        return Math.min(a + b, ReportNode.MAX_COUNT);
    }

    private static Optional<Long> count(Optional<ReportNode> summary, String name, String inDrafts) {
        return summary.flatMap(s -> s.number(name).or(() -> s.number(inDrafts)));
    }

    private static ReportedPolicy policy(ReportNode node) throws ReportFormatException {
        List<String> strings = texts(node, "policy-string");
        List<String> mx = texts(node, "mx-host");
        return new ReportedPolicy(
                node.text("policy-type").flatMap(PolicyType::of).orElse(PolicyType.NO_POLICY_FOUND),
                strings,
                node.text("policy-domain").map(ReportReader::domain).orElse(""),
                mx.isEmpty() ? texts(node, "mx-host-pattern") : mx);
    }

    private static List<String> texts(ReportNode node, String name) throws ReportFormatException {
        List<ReportNode> items = node.member(name).map(ReportNode::items).orElse(List.of());
        check(MAX_STRINGS, items.size());
        return items.stream()
                .flatMap(i -> i.text().stream())
                .flatMap(text -> listInText(text).stream())
                .flatMap(String::lines) // a whole policy in one string
                .filter(line -> !line.isBlank())
                .limit(MAX_STRINGS.value())
                .toList();
    }

    /** Microsoft writes the list of TLSA records as JSON into the one string of the list. */
    private static List<String> listInText(String text) {
        if (!text.startsWith("[\"") || !text.endsWith("\"]")) {
            return List.of(text);
        }
        try {
            return new ReportNode(MAPPER.readTree(text))
                    .items().stream().flatMap(i -> i.text().stream()).toList();
        } catch (JacksonException e) {
            return List.of(text); // no list, then: the text as it is
        }
    }

    private static String domain(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        String name = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
        return name.chars().allMatch(c -> c < 0x80) ? name : aLabels(name);
    }

    /** T25: what should have been an A-label. */
    private static String aLabels(String name) {
        try {
            return DomainNames.parse(name).toString(true).toLowerCase(Locale.ROOT);
        } catch (BadNameException e) {
            return name; // no domain name, then: nobody's
        }
    }

    private static Failure failure(ReportNode node) {
        return new Failure(
                node.text("result-type").orElse("unknown"),
                node.text("sending-mta-ip"),
                node.text("receiving-mx-hostname"),
                node.text("receiving-mx-helo"),
                node.text("receiving-ip"),
                node.text("additional-information"),
                node.text("failure-reason-code"));
    }

    private static void check(Limit limit, long value) throws ReportFormatException {
        if (value > limit.value()) {
            throw new ReportFormatException(
                    Kind.LIMIT,
                    "The report has more than the limit of " + limit.value() + " " + limit.name() + " (T24).");
        }
    }
}
