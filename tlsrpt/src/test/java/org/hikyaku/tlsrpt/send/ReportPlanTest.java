package org.hikyaku.tlsrpt.send;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.ResultType;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.TxtZone;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.junit.jupiter.api.Test;

/** Who gets which report: T1, T2, T23. */
class ReportPlanTest {
    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    private static final ReportedPolicy TLSA =
            new ReportedPolicy(PolicyType.TLSA, List.of("3 1 1 aa"), "mx.hoster.example", List.of());
    private static final ReportedPolicy STS =
            new ReportedPolicy(PolicyType.STS, List.of("version: STSv1"), "a.example", List.of());
    private static final FailureCount FAILURE =
            new FailureCount(Failure.of(ResultType.TLSA_INVALID, Optional.empty()), 1);

    private static SessionCount sum(String domain, String record, ReportedPolicy policy, long good, long bad) {
        return new SessionCount(
                DAY,
                domain,
                record.isEmpty() ? Optional.empty() : Optional.of(record),
                new PolicyResult(policy, good, bad, bad > 0 ? List.of(FAILURE) : List.of()));
    }

    private static ReportPlan plan(TxtZone zone, SessionCount... sums) {
        return ReportPlan.of(DAY, List.of(sums), new ReportRequests(zone)::of);
    }

    private static DueReport due(String domain, String rua, PolicyResult... results) {
        return new DueReport(DAY, domain, "v=TLSRPTv1; rua=" + rua, List.of(URI.create(rua)), List.of(results));
    }

    @Test
    void t1OnlyWhoAsksGetsAReport() {
        TxtZone zone = new TxtZone()
                .reports("a.example", "mailto:r@a.example")
                .text("_smtp._tls.broken.example", "v=TLSRPTv1; rua=ftp://x")
                .text("_smtp._tls.two.example", "v=TLSRPTv1; rua=mailto:a@b")
                .text("_smtp._tls.two.example", "v=TLSRPTv1; rua=mailto:c@d")
                .noAnswer("_smtp._tls.lost.example");
        ReportPlan plan = plan(
                zone,
                sum("a.example", "", STS, 3, 1),
                sum("broken.example", "", STS, 1, 0),
                sum("lost.example", "", STS, 1, 0),
                sum("none.example", "", STS, 1, 0),
                sum("two.example", "", STS, 1, 0));
        assertThat(plan.reports())
                .containsExactly(due("a.example", "mailto:r@a.example", new PolicyResult(STS, 3, 1, List.of(FAILURE))));
        assertThat(plan.undecided()).containsOnlyKeys("lost.example");
        assertThat(plan.silent()).containsOnlyKeys("broken.example", "none.example", "two.example");
        assertThat(plan.silent().get("two.example")).contains("more than one");
    }

    /** A record that Postfix passed on with the session, though it is none: the domain is named among the silent ones. */
    @Test
    void t1ARecordThatIsNoneIsSaidToBe() {
        ReportPlan plan = plan(
                new TxtZone(),
                sum("a.example", "v=TLSRPTv1; rua=tls@a.example", STS, 3, 1),
                sum("b.example", "v=TLSRPTv1; rua=ftp://b.example", STS, 1, 0),
                sum("b.example", "v=TLSRPTv1; rua=mailto:r@b.example", STS, 2, 0));
        assertThat(plan.reports())
                .containsExactly(due("b.example", "mailto:r@b.example", new PolicyResult(STS, 2, 0, List.of())));
        assertThat(plan.silent()).containsOnlyKeys("a.example");
        assertThat(plan.silent().get("a.example")).contains("mailto:");
    }

    @Test
    void t2TheMxHostIsToldOfItsDanePolicyOfAllDomains() {
        TxtZone zone = new TxtZone()
                .reports("a.example", "mailto:r@a.example")
                .reports("mx.hoster.example", "mailto:dane@hoster.example");
        ReportPlan plan = plan(
                zone,
                sum("a.example", "", TLSA, 2, 0),
                sum("a.example", "", STS, 2, 0),
                sum("b.example", "", TLSA, 1, 1));
        assertThat(plan.reports())
                .containsExactlyInAnyOrder(
                        due(
                                "a.example",
                                "mailto:r@a.example",
                                new PolicyResult(TLSA, 2, 0, List.of()),
                                new PolicyResult(STS, 2, 0, List.of())),
                        due(
                                "mx.hoster.example",
                                "mailto:dane@hoster.example",
                                new PolicyResult(TLSA, 3, 1, List.of(FAILURE))));
    }

    @Test
    void t2NobodyIsToldTwice() {
        TxtZone zone = new TxtZone()
                .reports("a.example", "mailto:dane@hoster.example")
                .reports("mx.hoster.example", "mailto:dane@hoster.example");
        ReportPlan plan = plan(zone, sum("a.example", "", TLSA, 2, 0), sum("b.example", "", TLSA, 1, 0));
        assertThat(plan.reports())
                .containsExactlyInAnyOrder(
                        due("a.example", "mailto:dane@hoster.example", new PolicyResult(TLSA, 2, 0, List.of())),
                        due(
                                "mx.hoster.example",
                                "mailto:dane@hoster.example",
                                new PolicyResult(TLSA, 1, 0, List.of())));
    }

    @Test
    void t23EachTextOfTheRecordHasItsOwnReport() {
        TxtZone zone = new TxtZone().reports("a.example", "mailto:new@a.example");
        ReportPlan plan = plan(
                zone,
                sum("a.example", "v=TLSRPTv1; rua=mailto:old@a.example", STS, 5, 0),
                sum("a.example", "v=TLSRPTv1; rua=mailto:new@a.example", STS, 2, 0),
                // counted while the record was not known: the one of today
                sum("a.example", "", STS, 1, 1));
        assertThat(plan.reports())
                .containsExactlyInAnyOrder(
                        due("a.example", "mailto:old@a.example", new PolicyResult(STS, 5, 0, List.of())),
                        due("a.example", "mailto:new@a.example", new PolicyResult(STS, 3, 1, List.of(FAILURE))));
    }
}
