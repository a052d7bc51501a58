package org.hikyaku.net;

import java.time.Duration;
import java.util.function.LongSupplier;

/** A monotonic clock that moves on by one second each time it is looked at. */
final class TickingClock implements LongSupplier {
    private long seconds;

    @Override
    public synchronized long getAsLong() {
        return Duration.ofSeconds(seconds++).toNanos();
    }
}
