package org.hikyaku.tlsrpt.summary;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.receive.ReceivedReport;
import org.hikyaku.tlsrpt.receive.ReceivedReports.Result;
import org.hikyaku.tlsrpt.summary.DomainSummary.Day;
import org.hikyaku.tlsrpt.summary.DomainSummary.Policy;
import org.hikyaku.tlsrpt.summary.DomainSummary.Problem;
import org.hikyaku.tlsrpt.summary.DomainSummary.Sender;

/**
 * What the reports about a time come to. All texts from reports in it are fit to be seen ({@link Shown}); they still
 * have to be escaped where they stand in HTML.
 *
 * @param from the first day
 * @param to the last day
 * @param domains in the order of their names
 */
public record Summary(LocalDate from, LocalDate to, List<DomainSummary> domains) {
    /** Addresses and reasons kept of one problem. */
    public static final int MAX_SHOWN = 10;

    /** Problems kept of one domain: those with the most sessions. */
    static final int MAX_PROBLEMS = 200;

    public Summary {
        domains = List.copyOf(domains);
    }

    /** Adds up what was stored about the days from {@code from} to {@code to}. */
    public static Summary of(LocalDate from, LocalDate to, List<Result> results) {
        Map<String, List<Result>> byDomain = new TreeMap<>();
        results.forEach(r ->
                byDomain.computeIfAbsent(r.domain(), d -> new ArrayList<>()).add(r));
        List<DomainSummary> domains = new ArrayList<>();
        byDomain.forEach((domain, own) -> domains.add(domain(domain, own)));
        return new Summary(from, to, domains);
    }

    public long failed() {
        return domains.stream().mapToLong(DomainSummary::failed).sum();
    }

    /** Whether anything is to be mended. */
    public boolean troubled() {
        return domains.stream().anyMatch(d -> d.failed() > 0 || !d.problems().isEmpty());
    }

    private static DomainSummary domain(String domain, List<Result> results) {
        Map<LocalDate, long[]> days = new TreeMap<>();
        Map<SenderKey, long[]> senders = new LinkedHashMap<>();
        Map<PolicyKey, long[]> policies = new LinkedHashMap<>();
        Map<ProblemKey, ProblemSum> problems = new LinkedHashMap<>();
        Map<String, ReceivedReport> reports = new HashMap<>();
        for (Result r : results) {
            ReceivedReport report = r.report();
            LocalDate day = report.report().period().day();
            String sender = Shown.text(report.sender());
            long kept = r.result().successful();
            long failed = r.result().failed();
            add(days.computeIfAbsent(day, d -> new long[2]), kept, failed);
            add(
                    senders.computeIfAbsent(
                            new SenderKey(sender, report.signer().isPresent()), s -> new long[2]),
                    kept,
                    failed);
            PolicyType type = r.result().policy().type();
            PolicyKey policy =
                    new PolicyKey(type, Shown.text(r.result().policy().domain()));
            add(policies.computeIfAbsent(policy, p -> new long[2]), kept, failed);
            for (FailureCount failure : r.result().failures()) {
                Failure f = failure.failure();
                ProblemKey key = new ProblemKey(
                        Shown.text(f.type().toLowerCase(Locale.ROOT)),
                        type,
                        f.mxHostname().map(Shown::text).or(() -> ofTlsa(policy)));
                problems.computeIfAbsent(key, k -> new ProblemSum(day)).add(day, sender, failure);
            }
            reports.put(report.id(), report);
        }
        return new DomainSummary(
                Shown.text(domain),
                days.entrySet().stream()
                        .map(e -> new Day(e.getKey(), e.getValue()[0], e.getValue()[1]))
                        .toList(),
                senders.entrySet().stream()
                        .map(e -> new Sender(e.getKey().name(), e.getKey().signed(), e.getValue()[0], e.getValue()[1]))
                        .sorted(Comparator.comparingLong((Sender s) -> s.kept() + s.failed())
                                .reversed())
                        .toList(),
                policies.entrySet().stream()
                        .map(e -> new Policy(e.getKey().type(), e.getKey().domain(), e.getValue()[0], e.getValue()[1]))
                        .sorted(Comparator.comparingLong((Policy p) -> p.kept() + p.failed())
                                .reversed())
                        .toList(),
                problems.entrySet().stream()
                        .map(e -> e.getValue().problem(e.getKey(), Shown.text(domain)))
                        .sorted(Comparator.comparingLong(Problem::sessions).reversed())
                        .limit(MAX_PROBLEMS)
                        .toList(),
                newestFirst(reports.values()));
    }

    private static List<ReceivedReport> newestFirst(Collection<ReceivedReport> reports) {
        return reports.stream()
                .sorted(Comparator.comparing(
                                (ReceivedReport r) -> r.report().period().start())
                        .reversed()
                        .thenComparing(ReceivedReport::sender)
                        .thenComparing(ReceivedReport::id))
                .toList();
    }

    /** The policy domain of DANE is the MX host. */
    private static Optional<String> ofTlsa(PolicyKey policy) {
        return policy.type() == PolicyType.TLSA && !policy.domain().isEmpty()
                ? Optional.of(policy.domain())
                : Optional.empty();
    }

    private static void add(long[] sum, long kept, long failed) {
        sum[0] += kept;
        sum[1] += failed;
    }

    private record SenderKey(String name, boolean signed) {}

    private record PolicyKey(PolicyType type, String domain) {}

    private record ProblemKey(String type, PolicyType policy, Optional<String> mx) {}

    /** What adds up to one problem. */
    private static final class ProblemSum {
        private long sessions;
        private LocalDate first;
        private LocalDate last;
        private final NavigableSet<String> senders = new TreeSet<>();
        private final NavigableSet<String> addresses = new TreeSet<>();
        private final NavigableSet<String> reasons = new TreeSet<>();

        ProblemSum(LocalDate day) {
            first = day;
            last = day;
        }

        void add(LocalDate day, String sender, FailureCount count) {
            sessions += count.sessions();
            first = day.isBefore(first) ? day : first;
            last = day.isAfter(last) ? day : last;
            keep(senders, Optional.of(sender));
            keep(addresses, count.failure().receivingIp());
            keep(reasons, count.failure().reasonCode());
        }

        private static void keep(NavigableSet<String> texts, Optional<String> text) {
            if (texts.size() < MAX_SHOWN) {
                text.map(Shown::text).ifPresent(texts::add);
            }
        }

        Problem problem(ProblemKey key, String domain) {
            return new Problem(
                    key.type(),
                    key.policy(),
                    key.mx(),
                    sessions,
                    first,
                    last,
                    senders,
                    addresses,
                    reasons,
                    Advice.of(key.type(), key.policy(), domain, key.mx()));
        }
    }
}
