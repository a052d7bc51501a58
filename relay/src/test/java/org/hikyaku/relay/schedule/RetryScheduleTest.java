package org.hikyaku.relay.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RetryScheduleTest {
    private static final List<Duration> INTERVALS =
            List.of(Duration.ofMinutes(5), Duration.ofMinutes(20), Duration.ofHours(4));

    @Test
    void theLastIntervalHoldsOn() {
        RetrySchedule schedule = new RetrySchedule(INTERVALS, 0, Duration.ofDays(5));

        assertThat(List.of(1, 2, 3, 4, 100))
                .extracting(n -> schedule.after(n, new Random(1)))
                .containsExactly(
                        Duration.ofMinutes(5),
                        Duration.ofMinutes(20),
                        Duration.ofHours(4),
                        Duration.ofHours(4),
                        Duration.ofHours(4));
    }

    @Test
    void jitterSpreadsBothWaysAndNoFurther() {
        RetrySchedule schedule = new RetrySchedule(INTERVALS, 20, Duration.ofDays(5));
        Random random = new Random(1);

        long[] seconds = LongStream.range(0, 1000)
                .map(_ -> schedule.after(1, random).toSeconds())
                .toArray();

        assertThat(LongStream.of(seconds).min().orElseThrow()).isBetween(240L, 243L);
        assertThat(LongStream.of(seconds).max().orElseThrow()).isBetween(357L, 360L);
    }
}
