package org.hikyaku.conformance.grade;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.tlsrpt.Report;
import org.hikyaku.tlsrpt.ReportPeriod;

/** Looks at the TLS reports that came: whom they went to, in what, and by {@link ReportContents} what they say. Pure. */
final class ReportJudge {
    private static final Duration DAY = Duration.ofDays(1);
    private static final Pattern FILE_NAME =
            Pattern.compile("filename\\*?=\"?([^\";\\r\\n]+)", Pattern.CASE_INSENSITIVE);

    private final Evidence evidence;
    private final Map<String, Case> byAddress = new HashMap<>();
    private final Map<String, Case> byDomain = new HashMap<>();
    /** Where each report id was seen: the domains that it is about, and the addresses that it came to. */
    private final Map<String, Copies> ids = new HashMap<>();

    private record Copies(Set<String> about, List<String> addresses) {}

    /** A report, and the rules that it keeps and breaks. */
    record Judged(Grade.ReportSeen seen, Set<String> kept, Map<String, String> broken) {}

    ReportJudge(Evidence evidence, List<Case> cases) {
        this.evidence = evidence;
        for (Case c : cases) {
            c.reporting().ifPresent(r -> {
                byDomain.put(c.domain(), c);
                r.addresses().forEach(a -> byAddress.put(a.toLowerCase(Locale.ROOT), c));
            });
        }
    }

    List<Judged> judge() {
        return evidence.reports().stream().map(this::judge).toList();
    }

    /** The rules that were looked at, and what was found to be wrong, one sentence for each. */
    static final class Findings {
        private final Set<String> looked = new TreeSet<>();
        private final Map<String, String> broken = new LinkedHashMap<>();

        void looked(String... rules) {
            looked.addAll(List.of(rules));
        }

        void broke(String rule, String sentence) {
            broken.putIfAbsent(rule, sentence);
        }

        boolean isBroken(String rule) {
            return broken.containsKey(rule);
        }
    }

    private Judged judge(Sighting.ReportTaken taken) {
        Findings findings = new Findings();
        String domain = domainOf(taken.to());
        findings.looked("T1");
        Optional<Reporting> there = Optional.ofNullable(byDomain.get(domain)).flatMap(Case::reporting);
        if (there.isPresent() && !there.get().wanted()) {
            findings.broke("T1", "A report came, though there is no valid record that asks for it.");
        }
        switch (taken.way()) {
            case MAIL -> mail(taken, findings);
            case POST -> {
                findings.looked("T16");
                if (!taken.compressed()) {
                    findings.broke("T16", "The report was posted without gzip.");
                }
            }
        }
        String sentence = taken.report()
                .map(r -> report(taken, r, findings))
                .orElseGet(() -> "It cannot be read: " + taken.fault().orElse("no reason is known") + ".");
        Set<String> kept = new TreeSet<>(findings.looked);
        kept.removeAll(findings.broken.keySet());
        return new Judged(new Grade.ReportSeen(domain, taken.to(), sentence), kept, findings.broken);
    }

    /** The domain of the lab that an address for reports belongs to. */
    private static String domainOf(String address) {
        if (address.startsWith("https:")) {
            String host = Optional.ofNullable(URI.create(address).getHost()).orElse("");
            return host.startsWith("reports.") ? host.substring("reports.".length()) : host;
        }
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private void mail(Sighting.ReportTaken taken, Findings findings) {
        Optional<Sighting.MailTaken> mail = evidence.mailOf(taken);
        if (mail.isEmpty()) {
            return;
        }
        findings.looked("T11", "T12", "T13");
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
            findings.broke("T12", "The report by mail lacks " + String.join(", ", lacking) + ".");
        }
        signature(m, findings);
        fileName(m, findings);
        Case subject = byDomain.get(domainOf(taken.to()));
        if (subject != null && subject.must() == Must.HOLD) {
            // T14: any other mail is held back there
            findings.looked("T14");
        }
    }

    private static void signature(Sighting.MailTaken mail, Findings findings) {
        List<String> signatures = mail.header("DKIM-Signature");
        if (signatures.isEmpty()) {
            findings.broke("T13", "The report by mail is not signed.");
            return;
        }
        String from = String.join(" ", mail.header("From")).toLowerCase(Locale.ROOT);
        String submitter = from.substring(from.lastIndexOf('@') + 1).replaceAll("[>\\s].*", "");
        boolean own = signatures.stream()
                .map(s -> tag(s, "d"))
                .anyMatch(d -> submitter.equals(d) || submitter.endsWith("." + d));
        if (!own) {
            findings.broke("T13", "The report by mail is not signed by its own domain, " + submitter + ".");
        }
        boolean both = signatures.stream()
                .map(s -> List.of(tag(s, "h").split("\\s*:\\s*")))
                .anyMatch(h -> h.contains("tls-report-domain") && h.contains("tls-report-submitter"));
        if (!both) {
            findings.broke("T12", "TLS-Report-Domain and TLS-Report-Submitter are not signed both.");
        }
    }

    /** The value of a tag of a DKIM signature (RFC 6376 section 3.2), in lower case; empty when it is not there. */
    private static String tag(String signature, String name) {
        for (String field : signature.split(";")) {
            int equals = field.indexOf('=');
            if (equals > 0 && field.substring(0, equals).strip().equals(name)) {
                return field.substring(equals + 1).strip().toLowerCase(Locale.ROOT);
            }
        }
        return "";
    }

    /** T11: submitter, policy domain, begin, end, in this order; what comes behind is free. */
    private static void fileName(Sighting.MailTaken mail, Findings findings) {
        Matcher name = FILE_NAME.matcher(new String(mail.mail().content(), StandardCharsets.ISO_8859_1));
        if (!name.find()) {
            findings.broke("T11", "The report in the mail has no file name.");
            return;
        }
        String[] parts = name.group(1).split("!", -1);
        boolean right = parts.length >= 4
                && mail.header("TLS-Report-Domain").stream().allMatch(parts[1]::equalsIgnoreCase)
                && parts[2].matches("[0-9]+")
                && parts[3].matches("[0-9]+(\\.json(\\.gz)?)?")
                && name.group(1).matches(".*\\.json(\\.gz)?");
        if (!right) {
            findings.broke("T11", "The report's file name " + name.group(1) + " does not say what it must.");
        }
    }

    private String report(Sighting.ReportTaken taken, Report report, Findings findings) {
        findings.looked("T4", "T10", "T20");
        ReportPeriod period = report.period();
        boolean midnight = period.start().atZone(ZoneOffset.UTC).toLocalTime().toSecondOfDay() == 0;
        Duration length = Duration.between(period.start(), period.end());
        // to 23:59:59 or to the next midnight; both are in use
        boolean day = length.equals(DAY) || length.equals(DAY.minusSeconds(1));
        if (!midnight || !day) {
            findings.broke(
                    "T10",
                    "The report is about " + period.start() + " to " + period.end() + ", which is no day of UTC.");
        }
        id(taken, report, findings);
        if (report.policies().stream().anyMatch(p -> p.policy().domain().isEmpty())) {
            findings.broke("T4", "An entry of the report names no domain.");
        }
        Optional.ofNullable(byAddress.get(taken.to().toLowerCase(Locale.ROOT))).ifPresent(subject -> {
            Instant begin = period.start();
            Instant end = begin.plus(DAY);
            List<Evidence.Visit> visits = evidence.visits(subject).stream()
                    .filter(v -> {
                        Instant at = v.seen().getFirst().at();
                        return !at.isBefore(begin) && at.isBefore(end);
                    })
                    .toList();
            new ReportContents(subject, visits).judge(report, findings);
        });
        return report.successful() + " sessions kept the policies, " + report.failed() + " did not: "
                + report.policies().stream()
                        .map(p -> p.policy().type().token() + " of "
                                + p.policy().domain() + " " + p.successful() + "/" + p.failed())
                        .collect(Collectors.joining(", "))
                + ".";
    }

    /** T20. One report may go to several addresses of one record (T17), to each of them once. */
    private void id(Sighting.ReportTaken taken, Report report, Findings findings) {
        if (report.id().isEmpty()) {
            findings.broke("T20", "The report has no id.");
            return;
        }
        Set<String> about =
                report.policies().stream().map(p -> p.policy().domain()).collect(Collectors.toCollection(TreeSet::new));
        Copies known = ids.computeIfAbsent(report.id().get(), i -> new Copies(about, new ArrayList<>()));
        if (!known.about().equals(about)) {
            findings.broke(
                    "T20",
                    "The report has the id of another one, " + report.id().get() + ".");
        } else if (known.addresses().contains(taken.to())) {
            findings.broke("T20", "The report " + report.id().get() + " came twice.");
        }
        known.addresses().add(taken.to());
    }
}
