package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.conformance.grade.Evidence.Visit;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.Report;

/**
 * Holds what a report says against what the domain's own servers saw on that day. A session kept the policy when it brought
 * mail over TLS; one that was left without mail did not. Sessions that brought nothing but reports do not count (T14).
 */
final class ReportContents {
    /** T3: as in the DNS, the data in hex. */
    private static final Pattern TLSA = Pattern.compile("[0-9]+ [0-9]+ [0-9]+ [0-9A-Fa-f ]+");

    private final Case subject;
    private final Reporting expected;
    private final List<Visit> visits;

    private record Count(long successful, long failed) {}

    /** @param visits those of the day that brought more than reports */
    ReportContents(Case subject, List<Visit> visits) {
        this.subject = subject;
        this.expected = subject.reporting().orElseThrow();
        this.visits = visits;
    }

    void judge(Report report, ReportJudge.Findings findings) {
        findings.looked("T2", "T5");
        for (PolicyResult result : report.policies()) {
            kind(result, findings);
        }
        for (Reporting.Policy policy : expected.policies()) {
            List<PolicyResult> entries =
                    report.policies().stream().filter(r -> isAbout(r, policy)).toList();
            if (!entries.isEmpty()) {
                entries(policy, entries, findings);
            } else if (seen(policy).failed() + seen(policy).successful() > 0
                    && report.policies().stream().noneMatch(r -> r.policy().type() == policy.type())) {
                findings.broke(
                        "T5",
                        "The report says nothing of the policy " + policy.type().token() + " of " + policy.domain()
                                + ", under which there were sessions.");
            }
        }
    }

    private static boolean isAbout(PolicyResult result, Reporting.Policy policy) {
        return result.policy().type() == policy.type()
                && result.policy().domain().equalsIgnoreCase(policy.domain());
    }

    /** T5: only what was applied; T2: under its own domain. */
    private void kind(PolicyResult result, ReportJudge.Findings findings) {
        PolicyType type = result.policy().type();
        List<Reporting.Policy> same =
                expected.policies().stream().filter(p -> p.type() == type).toList();
        if (same.isEmpty() && !expected.allowed().contains(type)) {
            findings.broke(
                    "T5",
                    "The report counts sessions under " + type.token() + ", which " + subject.domain()
                            + " has not; it has "
                            + expected.policies().stream()
                                    .map(p -> p.type().token())
                                    .distinct()
                                    .collect(Collectors.joining(" and "))
                            + ".");
            return;
        }
        String named = result.policy().domain();
        boolean right = named.isEmpty()
                || same.stream().anyMatch(p -> p.domain().equalsIgnoreCase(named))
                || (type == PolicyType.TLSA
                        ? same.isEmpty()
                                && subject.hosts().stream()
                                        .anyMatch(h -> h.name().equalsIgnoreCase(named))
                        : named.equalsIgnoreCase(subject.domain()));
        if (!right) {
            findings.broke(
                    "T2",
                    "The report names " + named + " as the domain of the policy " + type.token() + "; it is that of "
                            + (same.isEmpty()
                                    ? subject.domain()
                                    : same.stream()
                                            .map(Reporting.Policy::domain)
                                            .collect(Collectors.joining(" or ")))
                            + ".");
        }
    }

    private void entries(Reporting.Policy policy, List<PolicyResult> entries, ReportJudge.Findings findings) {
        findings.looked("T3");
        entries.forEach(e -> strings(policy, e, findings));
        Count said = new Count(
                entries.stream().mapToLong(PolicyResult::successful).sum(),
                entries.stream().mapToLong(PolicyResult::failed).sum());
        Count seen = seen(policy);
        if (policy.exact()) {
            findings.looked("T6");
            if (!said.equals(seen)) {
                findings.broke(
                        "T6",
                        "The report counts " + said.successful() + " sessions that kept the policy "
                                + policy.type().token() + " of " + policy.domain() + " and " + said.failed()
                                + " that did not; its servers saw " + seen.successful() + " and " + seen.failed()
                                + ".");
            }
        }
        long told = entries.stream()
                .flatMap(e -> e.failures().stream())
                .mapToLong(f -> f.sessions())
                .sum();
        if (told < said.failed()) {
            findings.broke("T6", "The report explains " + told + " of " + said.failed() + " sessions that failed.");
        }
        kinds(policy, entries, findings);
    }

    /** T7: what each failure is called. */
    private void kinds(Reporting.Policy policy, List<PolicyResult> entries, ReportJudge.Findings findings) {
        Set<String> said = entries.stream()
                .flatMap(e -> e.failures().stream())
                .map(f -> f.failure().type().toLowerCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
        Set<String> must = new TreeSet<>();
        policy.failures().forEach((host, type) -> {
            if (counted(host).findAny().isPresent()) {
                must.add(type);
            }
        });
        if (!must.isEmpty() && !said.isEmpty()) {
            findings.looked("T7");
            if (!said.containsAll(must)) {
                findings.broke(
                        "T7",
                        "The report calls the failure under " + policy.type().token() + " " + String.join(", ", said)
                                + "; it is " + String.join(", ", must) + ".");
            }
        }
    }

    private static void strings(Reporting.Policy policy, PolicyResult entry, ReportJudge.Findings findings) {
        List<String> strings = entry.policy().strings();
        boolean right = switch (policy.type()) {
            case TLSA ->
                !strings.isEmpty()
                        && strings.stream().allMatch(s -> TLSA.matcher(s).matches());
            case STS -> {
                List<String> lines = strings.stream()
                        .map(s -> s.replace(" ", "").toLowerCase(Locale.ROOT))
                        .toList();
                yield lines.contains("version:stsv1") && lines.contains("mode:" + policy.mode());
            }
            case NO_POLICY_FOUND -> true;
        };
        if (!right) {
            findings.broke(
                    "T3",
                    "The report does not give the policy " + policy.type().token() + " of " + policy.domain()
                            + " as it is: " + strings + ".");
        }
    }

    private Stream<Visit> counted(String host) {
        return visits.stream()
                .filter(v -> v.session().host().equalsIgnoreCase(host))
                .filter(v -> v.said("EHLO") || v.said("HELO"));
    }

    private Count seen(Reporting.Policy policy) {
        long successful = 0;
        long failed = 0;
        List<Visit> all = new ArrayList<>();
        policy.hosts().forEach(h -> counted(h).forEach(all::add));
        for (Visit visit : all) {
            // under testing a host that fails gets the mail all the same (S12)
            boolean fails = policy.failures().keySet().stream()
                    .anyMatch(h -> h.equalsIgnoreCase(visit.session().host()));
            boolean kept = visit.offers().stream().anyMatch(o -> o.tls().isPresent());
            if (kept && !fails) {
                successful++;
            } else {
                failed++;
            }
        }
        return new Count(successful, failed);
    }
}
