package org.hikyaku.tlsrpt.send;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.send.ReportRequest.Asked;

/**
 * Who gets which report about a day.
 *
 * @param reports one for each domain that asks and text of its record (T23), in the order of the domains
 * @param undecided domains of which it could not be found out whether they ask, with the reason
 * @param silent domains that do not ask, with the reason
 */
public record ReportPlan(List<DueReport> reports, Map<String, String> undecided, Map<String, String> silent) {
    public ReportPlan {
        reports = List.copyOf(reports);
        undecided = Map.copyOf(undecided);
        silent = Map.copyOf(silent);
    }

    /** Whom a report goes to. */
    private record Reader(String domain, String record) {}

    /**
     * Makes the plan.
     *
     * @param sums what was counted on the day
     * @param requests asked once for each domain
     */
    public static ReportPlan of(LocalDate day, List<SessionCount> sums, Function<String, ReportRequest> requests) {
        Map<String, ReportRequest> known = new TreeMap<>();
        Function<String, ReportRequest> once = domain -> known.computeIfAbsent(domain, requests);
        SequencedMap<Reader, Asked> readers = new LinkedHashMap<>();
        Map<Reader, Sums> results = new LinkedHashMap<>();
        Map<String, String> invalid = new TreeMap<>();
        for (SessionCount sum : sums) {
            ReportRequest own = sum.record().map(ReportRequests::ofText).orElseGet(() -> once.apply(sum.domain()));
            add(sum.domain(), own, sum.result(), readers, results);
            if (sum.record().isPresent() && own instanceof ReportRequest.NotAsked not) {
                // T1: Postfix passes on whatever begins as a record does
                invalid.putIfAbsent(sum.domain(), not.why());
            }
            host(sum).ifPresent(host -> {
                ReportRequest theirs = once.apply(host);
                // T2: the MX host's record applies to its DANE policy too; one copy where both name the same addresses
                if (!sameAddresses(own, theirs)) {
                    add(host, theirs, sum.result(), readers, results);
                }
            });
        }
        Map<String, String> undecided = new TreeMap<>();
        Map<String, String> silent = new TreeMap<>();
        known.forEach((domain, request) -> {
            switch (request) {
                case ReportRequest.Unknown unknown -> undecided.put(domain, unknown.why());
                case ReportRequest.NotAsked not -> silent.put(domain, not.why());
                case Asked _ -> {}
            }
        });
        List<DueReport> reports = new ArrayList<>();
        readers.forEach((reader, asked) -> {
            // what was counted while the record was unknown belongs to a report of the domain that is not known yet
            if (!undecided.containsKey(reader.domain())) {
                reports.add(new DueReport(
                        day,
                        reader.domain(),
                        reader.record(),
                        asked.rua(),
                        results.getOrDefault(reader, new Sums()).results()));
            }
        });
        reports.forEach(due -> invalid.remove(due.domain())); // another text of its record, of the same day, was good
        invalid.keySet().removeAll(undecided.keySet());
        invalid.forEach(silent::putIfAbsent);
        return new ReportPlan(reports, undecided, silent);
    }

    private static java.util.Optional<String> host(SessionCount sum) {
        ReportedPolicy policy = sum.result().policy();
        return policy.type() == PolicyType.TLSA
                        && !policy.domain().isEmpty()
                        && !policy.domain().equals(sum.domain())
                ? java.util.Optional.of(policy.domain())
                : java.util.Optional.empty();
    }

    private static boolean sameAddresses(ReportRequest one, ReportRequest other) {
        return one instanceof Asked a
                && other instanceof Asked b
                && new HashSet<>(a.rua()).equals(new HashSet<>(b.rua()));
    }

    private static void add(
            String domain,
            ReportRequest request,
            PolicyResult result,
            SequencedMap<Reader, Asked> readers,
            Map<Reader, Sums> results) {
        if (request instanceof Asked asked) {
            Reader reader = new Reader(domain, asked.text());
            readers.putIfAbsent(reader, asked);
            results.computeIfAbsent(reader, r -> new Sums()).add(result);
        }
    }

    /** Results added up by policy (T23). */
    private static final class Sums {
        private final SequencedMap<ReportedPolicy, PolicyResult> byPolicy = new LinkedHashMap<>();

        void add(PolicyResult result) {
            byPolicy.merge(result.policy(), result, Sums::sum);
        }

        private static PolicyResult sum(PolicyResult a, PolicyResult b) {
            SequencedMap<Failure, Long> failures = new LinkedHashMap<>();
            for (PolicyResult each : List.of(a, b)) {
                each.failures().forEach(f -> failures.merge(f.failure(), f.sessions(), Long::sum));
            }
            return new PolicyResult(
                    a.policy(),
                    a.successful() + b.successful(),
                    a.failed() + b.failed(),
                    failures.entrySet().stream()
                            .map(e -> new FailureCount(e.getKey(), e.getValue()))
                            .toList());
        }

        List<PolicyResult> results() {
            return List.copyOf(byPolicy.values());
        }
    }
}
