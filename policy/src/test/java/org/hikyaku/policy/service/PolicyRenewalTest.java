package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.policy.MovingClock;
import org.hikyaku.policy.Observed;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.Zone;
import org.junit.jupiter.api.Test;

/** S15: rounds come by themselves, at times that no two servers share. */
class PolicyRenewalTest {
    private final MovingClock clock = new MovingClock();

    private PolicyRenewal renewal(java.util.function.Supplier<StsCache.Renewal> round) {
        return new PolicyRenewal(round, clock, new Random(7));
    }

    @Test
    void waitsHalfToOneAndAHalfTimesTheInterval() {
        try (PolicyRenewal renewal = renewal(() -> new StsCache.Renewal(0, 0, List.of()))) {
            List<Duration> waits = new Random(1)
                    .ints(1000)
                    .mapToObj(i -> renewal.jittered(PolicyRenewal.INTERVAL))
                    .toList();
            assertThat(waits).allMatch(w -> w.compareTo(Duration.ofMinutes(30)) >= 0);
            assertThat(waits).allMatch(w -> w.compareTo(Duration.ofMinutes(90)) <= 0);
            assertThat(waits).anyMatch(w -> w.compareTo(Duration.ofMinutes(35)) < 0);
            assertThat(waits).anyMatch(w -> w.compareTo(Duration.ofMinutes(85)) > 0);
        }
    }

    @Test
    void keepsWhatTheLastRoundCameToForTheMetrics() {
        StsCache.Renewal came = new StsCache.Renewal(
                2,
                1,
                List.of(new StsCache.Failing(
                        Zone.name("dom.example"),
                        Observed.NOW.plus(Duration.ofDays(1)),
                        new StsProblem(ResultType.STS_POLICY_FETCH_ERROR, "Port 443 is closed."))));
        try (PolicyRenewal renewal = renewal(() -> came)) {
            assertThat(renewal.last().due()).isZero();
            renewal.round();
            assertThat(renewal.last()).isEqualTo(came);
        }
    }

    /** A disk that fails in one round must not end the rounds after it. */
    @Test
    void aRoundThatBreaksIsNotTheLast() {
        AtomicInteger rounds = new AtomicInteger();
        try (PolicyRenewal renewal = renewal(() -> {
            if (rounds.incrementAndGet() == 1) {
                throw new IllegalStateException("the disk");
            }
            return new StsCache.Renewal(1, 1, List.of());
        })) {
            renewal.round();
            renewal.round();
            assertThat(renewal.last().renewed()).isEqualTo(1);
        }
    }

    @Test
    void closingEndsTheThread() throws Exception {
        CountDownLatch began = new CountDownLatch(1);
        PolicyRenewal renewal = renewal(() -> {
            began.countDown();
            return new StsCache.Renewal(0, 0, List.of());
        });
        renewal.start();
        renewal.close();
        assertThat(began.getCount()).as("no round in the first half minute").isEqualTo(1);
    }
}
