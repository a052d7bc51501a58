package org.hikyaku.relay.queue;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Wall clock and monotonic clock that go when they are told to. */
final class TestClock implements InstantSource {
    private volatile Instant wall = Instant.parse("2026-11-22T09:00:00Z");
    private volatile long nanos = 5_000_000_000L;

    @Override
    public Instant instant() {
        return wall;
    }

    long nanos() {
        return nanos;
    }

    /** Time passes. */
    synchronized void pass(Duration duration) {
        wall = wall.plus(duration);
        nanos += duration.toNanos();
    }

    /** Somebody sets the wall clock. */
    synchronized void jump(Duration duration) {
        wall = wall.plus(duration);
    }
}
