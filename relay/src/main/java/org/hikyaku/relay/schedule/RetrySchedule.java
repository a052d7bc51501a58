package org.hikyaku.relay.schedule;

import java.time.Duration;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * When a recipient is tried again.
 *
 * @param intervals after the first try, the second and so on; the last holds on
 * @param jitter by how much each is made longer or shorter at random, in percent, so that mails that failed together do
 *     not come back together
 * @param giveUpAfter from when the mail was received
 */
public record RetrySchedule(List<Duration> intervals, int jitter, Duration giveUpAfter) {
    public RetrySchedule {
        intervals = List.copyOf(intervals);
        if (intervals.isEmpty() || jitter < 0 || jitter > 100) {
            throw new IllegalArgumentException("a schedule has at least one interval, and jitter from 0 to 100");
        }
    }

    /** @param attempts how many have come to nothing, this one included; at least 1 */
    public Duration after(int attempts, RandomGenerator random) {
        Duration interval = intervals.get(Math.min(attempts, intervals.size()) - 1);
        double factor = 1 + jitter / 100.0 * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.max(1, Math.round(interval.toMillis() * factor)));
    }
}
