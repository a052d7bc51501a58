package org.hikyaku.conformance.grade;

import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportPeriod;

/** Looks at the TLS reports that came. Pure. */
final class ReportJudge {
    /** Domains whose TLS-RPT record is none that reports may follow (T1). */
    private static final Set<String> WITHOUT = Set.of("tlsrpt-two.example", "tlsrpt-invalid.example");

    private static final Duration DAY = Duration.ofDays(1);

    private final Evidence evidence;
    private final Set<String> ids = new HashSet<>();

    ReportJudge(Evidence evidence) {
        this.evidence = evidence;
    }

    /** A report, and the rules that it keeps and breaks. */
    record Judged(Grade.ReportSeen seen, Set<String> kept, Map<String, String> broken) {}

    List<Judged> judge() {
        return evidence.reports().stream().map(this::judge).toList();
    }

    private Judged judge(Sighting.ReportTaken taken) {
        Map<String, String> broken = new LinkedHashMap<>();
        Set<String> looked = new HashSet<>();
        String domain = taken.session().domain();
        looked.add("T1");
        if (WITHOUT.contains(domain)) {
            broken.put("T1", "A report came, though there is no valid record that asks for it.");
        }
        if (taken.way() == Sighting.ReportWay.MAIL) {
            mail(taken, looked, broken);
        }
        String sentence = taken.report()
                .map(r -> report(r, looked, broken))
                .orElseGet(() -> "It cannot be read: " + taken.fault().orElse("no reason is known") + ".");
        looked.removeAll(broken.keySet());
        return new Judged(new Grade.ReportSeen(domain, taken.to(), sentence), looked, broken);
    }

    private void mail(Sighting.ReportTaken taken, Set<String> looked, Map<String, String> broken) {
        Optional<Sighting.MailTaken> mail = evidence.mailOf(taken);
        if (mail.isEmpty()) {
            return;
        }
        looked.addAll(List.of("T12", "T13"));
        Sighting.MailTaken m = mail.get();
        List<String> lacking = new ArrayList<>();
        String type = String.join(" ", m.header("Content-Type")).toLowerCase(Locale.ROOT);
        if (!type.contains("multipart/report") || !type.contains("tlsrpt")) {
            lacking.add("a Content-Type multipart/report with report-type tlsrpt");
        }
        for (String field : List.of("TLS-Report-Domain", "TLS-Report-Submitter")) {
            if (m.header(field).isEmpty()) {
                lacking.add(field);
            }
        }
        if (!lacking.isEmpty()) {
            broken.put("T12", "The report by mail lacks " + String.join(", ", lacking) + ".");
        }
        if (m.header("DKIM-Signature").isEmpty()) {
            broken.put("T13", "The report by mail is not signed.");
        }
    }

    private String report(Report report, Set<String> looked, Map<String, String> broken) {
        looked.addAll(List.of("T4", "T10", "T20"));
        ReportPeriod period = report.period();
        boolean midnight = period.start().atZone(ZoneOffset.UTC).toLocalTime().toSecondOfDay() == 0;
        Duration length = Duration.between(period.start(), period.end());
        // to 23:59:59 or to the next midnight; both are in use
        boolean day = length.equals(DAY) || length.equals(DAY.minusSeconds(1));
        if (!midnight || !day) {
            broken.put(
                    "T10",
                    "The report is about " + period.start() + " to " + period.end() + ", which is no day of UTC.");
        }
        if (report.id().isEmpty() || !ids.add(report.id().get())) {
            broken.put(
                    "T20",
                    "The report has "
                            + report.id()
                                    .map(i -> "the id of another one, " + i)
                                    .orElse("no id") + ".");
        }
        if (report.policies().stream().anyMatch(p -> p.policy().domain().isEmpty())) {
            broken.put("T4", "An entry of the report names no domain.");
        }
        return report.successful() + " sessions kept the policies, " + report.failed() + " did not: "
                + report.policies().stream()
                        .map(p -> p.policy()
                                        .type()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-') + " of " + p.policy().domain() + " " + p.successful() + "/"
                                + p.failed())
                        .collect(Collectors.joining(", "))
                + ".";
    }
}
