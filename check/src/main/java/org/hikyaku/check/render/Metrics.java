package org.hikyaku.check.render;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.CheckReport;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Words;
import org.hikyaku.check.matrix.State;
import org.hikyaku.smtp.SessionOutcome;

/**
 * A run in the text exposition format of Prometheus, version 0.0.4. The names and labels are promises; {@code docs/check.md}
 * has them all.
 */
public final class Metrics {
    /** What HTTP calls it. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final Map<String, StringBuilder> families = new LinkedHashMap<>();

    private final Set<String> known = new HashSet<>();

    private Metrics() {}

    /**
     * @param report of the last round
     * @param rounds how many rounds there were since the start
     */
    public static String of(CheckReport report, long rounds) {
        Metrics metrics = new Metrics();
        metrics.put("hikyaku_check_rounds_total", "counter", "Rounds since the start.", Map.of(), (double) rounds);
        metrics.put(
                "hikyaku_check_last_round_timestamp_seconds",
                "gauge",
                "When the last round began.",
                Map.of(),
                report.at().toEpochMilli() / 1000.0);
        metrics.put(
                "hikyaku_check_duration_seconds",
                "gauge",
                "How long the last round took.",
                Map.of(),
                report.took().toMillis() / 1000.0);
        metrics.put(
                "hikyaku_check_connections",
                "gauge",
                "SMTP connections of the last round.",
                Map.of(),
                report.connections());
        report.domains().forEach(metrics::domain);
        StringBuilder text = new StringBuilder(4096);
        metrics.families.values().forEach(text::append);
        return text.toString();
    }

    private void domain(DomainReport report) {
        Map<String, String> domain = labels("domain", report.domain());
        for (Severity severity : Severity.values()) {
            put(
                    "hikyaku_domain_findings",
                    "gauge",
                    "Findings by severity.",
                    with(domain, "severity", severity.token()),
                    report.findings(severity).size());
        }
        for (Finding finding : report.findings()) {
            if (finding.severity() != Severity.OK) {
                put(
                        "hikyaku_domain_finding",
                        "gauge",
                        "1 for each finding that is not well.",
                        with(
                                with(
                                        with(domain, "id", finding.id().id()),
                                        "severity",
                                        finding.severity().token()),
                                "subject",
                                finding.subject()),
                        1);
            }
        }
        report.matrix()
                .ifPresent(m -> m.cells().stream()
                        .filter(c -> c.state() != State.NOT_KNOWN)
                        .forEach(c -> put(
                                "hikyaku_domain_exposed",
                                "gauge",
                                "1 when mail from this kind of sender is exposed to this kind of attacker, 0 when not;"
                                        + " absent when not known.",
                                with(
                                        with(domain, "sender", c.sender().id()),
                                        "attacker",
                                        c.attacker().id()),
                                c.state().isExposed() ? 1 : 0)));
        report.grade()
                .ifPresent(g -> g.percent()
                        .ifPresent(p -> put(
                                "hikyaku_domain_grade_percent",
                                "gauge",
                                "The grade by the profile's points.",
                                with(domain, "profile", g.profile().name()),
                                p)));
        for (HostEvidence host : report.evidence().hosts()) {
            for (AddressEvidence attempt : host.addresses()) {
                address(
                        with(
                                with(domain, "host", host.name()),
                                "address",
                                Words.address(attempt.address().getAddress())),
                        attempt);
            }
        }
    }

    private void address(Map<String, String> labels, AddressEvidence attempt) {
        put(
                "hikyaku_server_reached",
                "gauge",
                "1 when a mail session came about at this address.",
                labels,
                attempt.outcome() instanceof SessionOutcome.NotReached ? 0 : 1);
        Optional<SessionOutcome.Established> session =
                attempt.outcome() instanceof SessionOutcome.Established e ? Optional.of(e) : Optional.empty();
        put(
                "hikyaku_server_tls",
                "gauge",
                "1 when a TLS session came about at this address.",
                labels,
                session.isPresent() ? 1 : 0);
        session.map(e -> e.facts().chain())
                .filter(chain -> !chain.isEmpty())
                .ifPresent(chain -> put(
                        "hikyaku_server_certificate_expiry_timestamp_seconds",
                        "gauge",
                        "When the server's certificate ends.",
                        labels,
                        (double) chain.getFirst().notAfter().getEpochSecond()));
    }

    private static Map<String, String> labels(String name, String value) {
        return Map.of(name, value);
    }

    private static Map<String, String> with(Map<String, String> labels, String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(labels);
        more.put(name, value);
        return more;
    }

    private void put(String name, String type, String help, Map<String, String> labels, double value) {
        StringBuilder family = families.computeIfAbsent(
                name, n -> new StringBuilder("# HELP " + n + " " + help + "\n# TYPE " + n + " " + type + "\n"));
        StringBuilder series = new StringBuilder(name);
        if (!labels.isEmpty()) {
            series.append('{');
            String comma = "";
            for (Map.Entry<String, String> label : labels.entrySet()) {
                series.append(comma)
                        .append(label.getKey())
                        .append("=\"")
                        .append(escape(label.getValue()))
                        .append('"');
                comma = ",";
            }
            series.append('}');
        }
        // Prometheus refuses a text that has a series twice.
        if (known.add(series.toString())) {
            family.append(series)
                    .append(' ')
                    .append(
                            value == Math.rint(value)
                                    ? String.format(Locale.ROOT, "%.0f", value)
                                    : String.format(Locale.ROOT, "%.3f", value))
                    .append('\n');
        }
    }

    private static String escape(String value) {
        return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
