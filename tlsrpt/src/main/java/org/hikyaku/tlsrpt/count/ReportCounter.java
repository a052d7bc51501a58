package org.hikyaku.tlsrpt.count;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.delivery.CountedSession;
import org.hikyaku.delivery.CountedSession.CountedPolicy;
import org.hikyaku.delivery.SessionCounter;
import org.hikyaku.net.Addresses;
import org.hikyaku.policy.MxPattern;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;

/** Counts the sessions of our own deliveries. */
public final class ReportCounter implements SessionCounter {
    private final SessionCounts counts;
    private final KnownRecords records;

    /** The TLS-RPT records that are known already. */
    @FunctionalInterface
    public interface KnownRecords {
        /**
         * The text of a domain's record, strings joined; empty while it is not known. Must not wait for an answer.
         *
         * @param domain in A-labels, lower case, without the last dot
         */
        Optional<String> text(String domain);
    }

    public ReportCounter(SessionCounts counts, KnownRecords records) {
        this.counts = counts;
        this.records = records;
    }

    /** Without knowledge of the records: those of the day of sending count. */
    public ReportCounter(SessionCounts counts) {
        this(counts, domain -> Optional.empty());
    }

    @Override
    public void count(CountedSession session) {
        LocalDate day = LocalDate.ofInstant(session.at(), ZoneOffset.UTC); // T10
        String domain = session.recipientDomain().toLowerCase(Locale.ROOT);
        Optional<String> record = records.text(domain);
        // T5: under each policy that applied, and under no other
        for (CountedPolicy counted : session.policies()) {
            counts.add(new SessionCount(day, domain, record, result(session, counted)));
        }
    }

    private static PolicyResult result(CountedSession session, CountedPolicy counted) {
        ReportedPolicy policy = policy(counted.policy());
        return counted.failure()
                .map(f -> new PolicyResult(
                        policy, 0, f.session() ? 1 : 0, List.of(new FailureCount(failure(session, f), 1))))
                .orElseGet(() -> new PolicyResult(policy, 1, 0, List.of()));
    }

    private static Failure failure(CountedSession session, CountedSession.Failure failure) {
        return new Failure(
                failure.type().token(),
                session.sendingIp().map(Addresses::text),
                session.mxHost(),
                session.helo(),
                session.receivingIp().map(Addresses::text),
                Optional.empty(), // the RFC wants a URI here, and we have no page to point to
                failure.reasonCode().or(() -> Optional.of(failure.sentence())));
    }

    private static ReportedPolicy policy(CountedSession.Policy policy) {
        String domain = policy.domain().toLowerCase(Locale.ROOT);
        return switch (policy) {
            case CountedSession.Policy.Tlsa tlsa ->
                new ReportedPolicy(
                        PolicyType.TLSA,
                        tlsa.records().stream()
                                .map(TlsaRecord::toString)
                                .sorted()
                                .toList(),
                        domain,
                        List.of());
            case CountedSession.Policy.Sts sts ->
                sts.policy()
                        .map(p -> new ReportedPolicy(
                                PolicyType.STS,
                                p.lines(),
                                domain,
                                p.mx().stream().map(MxPattern::toString).toList()))
                        .orElseGet(() -> new ReportedPolicy(PolicyType.STS, List.of(), domain, List.of()));
            case CountedSession.Policy.None _ ->
                new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), domain, List.of());
        };
    }
}
