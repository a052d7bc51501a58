package org.hikyaku.policy;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A wall clock that moves when the test says so. */
public final class MovingClock implements InstantSource {
    private volatile Instant now = Observed.NOW;

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration by) {
        now = now.plus(by);
    }
}
