package org.hikyaku.tlsrpt.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hikyaku.delivery.CountedSession;
import org.hikyaku.delivery.CountedSession.CountedPolicy;
import org.hikyaku.delivery.CountedSession.Policy;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What of a session is counted where. */
class ReportCounterTest {
    private static final String LINES = "version: STSv1\nmode: enforce\nmx: *.example.jp\nmax_age: 86400\n";

    @TempDir
    Path folder;

    private Policy sts = new Policy.None("");
    private Policy tlsa = new Policy.None("");

    @BeforeEach
    void policies() throws Exception {
        sts = new Policy.Sts(
                "example.jp",
                Optional.of(StsPolicyParser.parse(LINES.getBytes(StandardCharsets.US_ASCII))
                        .policy()));
        tlsa = new Policy.Tlsa("mx1.example.jp", List.of(TlsaRecord.parse("3 1 1 " + "ab".repeat(32))));
    }

    private List<SessionCount> counted(LocalDate day, CountedSession... sessions) throws Exception {
        try (Database database = Database.open(folder.resolve("c.db"));
                SessionCounts counts = new StoredCounts(database)) {
            ReportCounter counter = new ReportCounter(
                    counts,
                    d -> d.equals("known.jp") ? Optional.of("v=TLSRPTv1; rua=mailto:a@b.jp") : Optional.empty());
            for (CountedSession session : sessions) {
                counter.count(session);
            }
            counts.flush();
            return counts.sums(day);
        }
    }

    private static CountedSession session(String at, String domain, CountedPolicy... policies) throws Exception {
        return new CountedSession(
                Instant.parse(at),
                domain,
                List.of(policies),
                Optional.of("mx1.example.jp"),
                Optional.of("mx1"),
                Optional.of(InetAddress.getByName("198.51.100.7")),
                Optional.of(InetAddress.getByName("2001:db8::1")));
    }

    private static CountedPolicy good(Policy policy) {
        return new CountedPolicy(policy, Optional.empty());
    }

    private static CountedPolicy bad(Policy policy, ResultType type, boolean session) {
        return new CountedPolicy(
                policy, Optional.of(new CountedSession.Failure(type, Optional.empty(), "What happened.", session)));
    }

    private static final LocalDate DAY = LocalDate.of(2026, 11, 20);

    @Test
    void t5EachPolicyThatAppliedIsCountedByItself() throws Exception {
        List<SessionCount> sums = counted(
                DAY,
                session(
                        "2026-11-20T23:59:59Z",
                        "Example.JP",
                        good(tlsa),
                        bad(sts, ResultType.CERTIFICATE_HOST_MISMATCH, true)));
        assertThat(sums)
                .containsExactlyInAnyOrder(
                        new SessionCount(
                                DAY,
                                "example.jp",
                                Optional.empty(),
                                new PolicyResult(
                                        new ReportedPolicy(
                                                PolicyType.TLSA,
                                                List.of("3 1 1 " + "ab".repeat(32)),
                                                "mx1.example.jp",
                                                List.of()),
                                        1,
                                        0,
                                        List.of())),
                        new SessionCount(
                                DAY,
                                "example.jp",
                                Optional.empty(),
                                new PolicyResult(
                                        new ReportedPolicy(
                                                PolicyType.STS,
                                                LINES.strip().lines().toList(),
                                                "example.jp",
                                                List.of("*.example.jp")),
                                        0,
                                        1,
                                        List.of(new FailureCount(
                                                new Failure(
                                                        "certificate-host-mismatch",
                                                        Optional.of("2001:db8::1"),
                                                        Optional.of("mx1.example.jp"),
                                                        Optional.of("mx1"),
                                                        Optional.of("198.51.100.7"),
                                                        Optional.empty(),
                                                        Optional.of("What happened.")),
                                                1)))));
    }

    @Test
    void t10TheDayIsThatOfUtc() throws Exception {
        List<SessionCount> sums = counted(
                DAY.plusDays(1),
                session("2026-11-20T23:59:59Z", "example.jp", good(sts)),
                session("2026-11-21T00:00:00Z", "example.jp", good(sts)));
        assertThat(sums).hasSize(1);
        assertThat(sums.getFirst().result().successful()).isEqualTo(1);
    }

    @Test
    void t22AFetchThatFailsIsNoFailedSession() throws Exception {
        List<SessionCount> sums = counted(
                DAY,
                session("2026-11-20T10:00:00Z", "example.jp", bad(sts, ResultType.STS_POLICY_FETCH_ERROR, false)),
                session("2026-11-20T10:00:00Z", "example.jp", good(sts)));
        PolicyResult result = sums.getFirst().result();
        assertThat(sums).hasSize(1);
        assertThat(result.successful()).isEqualTo(1);
        assertThat(result.failed()).isZero();
        assertThat(result.failures()).hasSize(1);
        assertThat(result.failures().getFirst().failure().type()).isEqualTo("sts-policy-fetch-error");
    }

    @Test
    void t23TheRecordThatIsKnownIsKept() throws Exception {
        List<SessionCount> sums =
                counted(DAY, session("2026-11-20T10:00:00Z", "known.jp", good(new Policy.None("known.jp"))));
        assertThat(sums.getFirst().record()).contains("v=TLSRPTv1; rua=mailto:a@b.jp");
        assertThat(sums.getFirst().result().policy())
                .isEqualTo(new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "known.jp", List.of()));
    }
}
