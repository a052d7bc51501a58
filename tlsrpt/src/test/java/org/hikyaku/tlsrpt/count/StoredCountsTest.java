package org.hikyaku.tlsrpt.count;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.ResultType;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.ReportedPolicy;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Counting in a file: sums, keys, bounds, durability. */
class StoredCountsTest {
    static final LocalDate DAY = LocalDate.of(2026, 11, 20);
    static final ReportedPolicy TLSA =
            new ReportedPolicy(PolicyType.TLSA, List.of("3 1 1 aa"), "mx1.example.jp", List.of());
    static final ReportedPolicy NONE =
            new ReportedPolicy(PolicyType.NO_POLICY_FOUND, List.of(), "example.jp", List.of());

    @TempDir
    Path folder;

    static SessionCount good(LocalDate day, String domain, ReportedPolicy policy) {
        return new SessionCount(day, domain, Optional.empty(), new PolicyResult(policy, 1, 0, List.of()));
    }

    static SessionCount bad(String domain, ReportedPolicy policy, String receivingIp) {
        return new SessionCount(
                DAY,
                domain,
                Optional.empty(),
                new PolicyResult(policy, 0, 1, List.of(new FailureCount(failure(receivingIp), 1))));
    }

    static Failure failure(String receivingIp) {
        return new Failure(
                ResultType.CERTIFICATE_EXPIRED.token(),
                Optional.of("192.0.2.1"),
                Optional.of("mx1.example.jp"),
                Optional.empty(),
                Optional.of(receivingIp),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    void addsUpByDayDomainRecordAndWholePolicy() throws Exception {
        ReportedPolicy other = new ReportedPolicy(PolicyType.TLSA, List.of("3 1 1 bb"), "mx1.example.jp", List.of());
        SessionCount withRecord = new SessionCount(
                DAY,
                "example.jp",
                Optional.of("v=TLSRPTv1; rua=mailto:a@example.jp"),
                new PolicyResult(TLSA, 1, 0, List.of()));
        try (Database database = Database.open(folder.resolve("counts.db"));
                SessionCounts counts = new StoredCounts(database)) {
            counts.add(good(DAY, "example.jp", TLSA));
            counts.add(good(DAY, "example.jp", TLSA));
            counts.add(bad("example.jp", TLSA, "198.51.100.1"));
            counts.flush();
            counts.add(bad("example.jp", TLSA, "198.51.100.1"));
            counts.add(bad("example.jp", TLSA, "198.51.100.2"));
            counts.add(good(DAY, "example.jp", other)); // T23
            counts.add(withRecord);
            counts.add(good(DAY, "other.jp", TLSA));
            counts.add(good(DAY.plusDays(1), "example.jp", NONE));
            counts.flush();
            assertThat(counts.days()).containsExactly(DAY, DAY.plusDays(1));
            assertThat(counts.sums(DAY))
                    .containsExactlyInAnyOrder(
                            new SessionCount(
                                    DAY,
                                    "example.jp",
                                    Optional.empty(),
                                    new PolicyResult(
                                            TLSA,
                                            2,
                                            3,
                                            List.of(
                                                    new FailureCount(failure("198.51.100.1"), 2),
                                                    new FailureCount(failure("198.51.100.2"), 1)))),
                            good(DAY, "example.jp", other),
                            withRecord,
                            good(DAY, "other.jp", TLSA));
            assertThat(counts.sums(DAY.plusDays(1))).containsExactly(good(DAY.plusDays(1), "example.jp", NONE));
        }
    }

    @Test
    void whatWasFlushedIsThereForWhoeverOpensTheFileNext() throws Exception {
        Path file = folder.resolve("counts.db");
        // not closed: as after a kill
        Database killed = Database.open(file);
        SessionCounts counts = new StoredCounts(killed);
        counts.add(good(DAY, "example.jp", TLSA));
        counts.flush();
        try (Database database = Database.open(file);
                SessionCounts again = new StoredCounts(database)) {
            assertThat(again.sums(DAY)).containsExactly(good(DAY, "example.jp", TLSA));
            again.add(good(DAY, "example.jp", TLSA));
            again.flush();
            assertThat(again.sums(DAY).getFirst().result().successful()).isEqualTo(2);
        }
        counts.close();
        killed.close();
    }

    @Test
    void closingWritesWhatIsLeft() throws Exception {
        Path file = folder.resolve("counts.db");
        try (Database database = Database.open(file)) {
            try (SessionCounts counts = new StoredCounts(database)) {
                counts.add(good(DAY, "example.jp", TLSA));
            }
            try (SessionCounts again = new StoredCounts(database)) {
                assertThat(again.sums(DAY)).hasSize(1);
            }
        }
    }

    @Test
    void aFloodOfDistinctFailuresIsBoundedAndStillCounted() throws Exception {
        try (Database database = Database.open(folder.resolve("counts.db"));
                SessionCounts counts = new StoredCounts(database)) {
            for (int i = 0; i < 3_000; i++) {
                counts.add(bad("example.jp", TLSA, "2001:db8::" + Integer.toHexString(i)));
                if (i % 700 == 0) {
                    counts.flush();
                }
            }
            counts.flush();
            PolicyResult result = counts.sums(DAY).getFirst().result();
            assertThat(result.failed()).isEqualTo(3_000);
            // the thousand kinds, and one that stands for all others
            assertThat(result.failures()).hasSize(1_001);
            assertThat(result.failures().stream()
                            .mapToLong(FailureCount::sessions)
                            .sum())
                    .isEqualTo(3_000);
            FailureCount others = result.failures().getFirst();
            assertThat(others.sessions()).isEqualTo(2_000);
            assertThat(others.failure().type()).isEqualTo("certificate-expired");
            assertThat(others.failure().reasonCode())
                    .contains("others: more than 1000 kinds of failure of one policy in a day");
        }
    }

    @Test
    void aPolicyThatIsAnotherAtEachFetchIsBounded() throws Exception {
        try (Database database = Database.open(folder.resolve("counts.db"));
                SessionCounts counts = new StoredCounts(database)) {
            for (int i = 0; i < 150; i++) {
                counts.add(good(
                        DAY,
                        "example.jp",
                        new ReportedPolicy(PolicyType.STS, List.of("x: " + i), "example.jp", List.of())));
            }
            counts.flush();
            List<SessionCount> sums = counts.sums(DAY);
            assertThat(sums).hasSize(101);
            assertThat(sums.stream().mapToLong(s -> s.result().successful()).sum())
                    .isEqualTo(150);
        }
    }

    @Test
    void hostileTextsAreCutAndKept() throws Exception {
        ReportedPolicy policy =
                new ReportedPolicy(PolicyType.STS, List.of("'; DROP TABLE tally; --", "\0\uD800"), "a.jp", List.of());
        try (Database database = Database.open(folder.resolve("counts.db"));
                SessionCounts counts = new StoredCounts(database)) {
            counts.add(good(DAY, "\0'\"" + "x".repeat(9_000), policy));
            counts.add(new SessionCount(
                    DAY,
                    "a.jp",
                    Optional.empty(),
                    new PolicyResult(
                            policy,
                            0,
                            1,
                            List.of(new FailureCount(
                                    Failure.of(ResultType.VALIDATION_FAILURE, Optional.of("y".repeat(10_000))), 1)))));
            counts.flush();
            assertThat(counts.sums(DAY)).hasSize(2);
            assertThat(counts.sums(DAY)
                            .get(1)
                            .result()
                            .failures()
                            .getFirst()
                            .failure()
                            .reasonCode())
                    .hasValueSatisfying(reason -> assertThat(reason).hasSize(500));
        }
    }

    @Test
    void forgetsOldDays() throws Exception {
        try (Database database = Database.open(folder.resolve("counts.db"));
                SessionCounts counts = new StoredCounts(database)) {
            counts.add(good(DAY, "example.jp", TLSA));
            counts.add(good(DAY.plusDays(3), "example.jp", TLSA));
            counts.flush();
            counts.forgetBefore(DAY.plusDays(3));
            assertThat(counts.days()).containsExactly(DAY.plusDays(3));
            assertThat(counts.sums(DAY.plusDays(3))).hasSize(1);
        }
    }

    @Test
    void severalThreadsAndTwoProcessesCountEverySession() throws Exception {
        Path file = folder.resolve("counts.db");
        try (Database one = Database.open(file);
                Database two = Database.open(file);
                SessionCounts first = new StoredCounts(one);
                SessionCounts second = new StoredCounts(two)) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < 8; t++) {
                SessionCounts counts = t % 2 == 0 ? first : second;
                threads.add(Thread.ofVirtual().start(() -> {
                    for (int i = 0; i < 500; i++) {
                        counts.add(good(DAY, "example.jp", TLSA));
                    }
                }));
            }
            for (Thread thread : threads) {
                thread.join();
            }
            first.flush();
            second.flush();
            assertThat(first.sums(DAY)).hasSize(1);
            assertThat(first.sums(DAY).getFirst().result().successful()).isEqualTo(4_000);
        }
    }
}
