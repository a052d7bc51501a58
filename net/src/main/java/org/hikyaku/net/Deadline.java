package org.hikyaku.net;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** A point in monotonic time by which something must be done. Immune to jumps of the wall clock. */
public final class Deadline {
    private final LongSupplier nanoClock;
    private final long at;

    private Deadline(LongSupplier nanoClock, long at) {
        this.nanoClock = nanoClock;
        this.at = at;
    }

    /** A deadline this far from now. */
    public static Deadline after(Duration duration) {
        return after(duration, System::nanoTime);
    }

    /** As {@link #after(Duration)}, by another monotonic clock in nanoseconds. */
    public static Deadline after(Duration duration, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong() + duration.toNanos());
    }

    /** What is left; zero, never negative, once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, at - nanoClock.getAsLong()));
    }

    public boolean passed() {
        return at - nanoClock.getAsLong() <= 0;
    }

    /** The same clock's deadline this far from now, or this one when it is nearer. */
    public Deadline orAfter(Duration duration) {
        long other = nanoClock.getAsLong() + duration.toNanos();
        return other - at < 0 ? new Deadline(nanoClock, other) : this;
    }

    /** What is left in milliseconds, rounded up and at least 1, for socket options where 0 means for ever. */
    public int remainingMillis(String waitingFor) throws SocketTimeoutException {
        return remainingMillis(() -> waitingFor);
    }

    /** As {@link #remainingMillis(String)}, in words that are only made when they are needed. */
    int remainingMillis(Supplier<String> waitingFor) throws SocketTimeoutException {
        long nanos = at - nanoClock.getAsLong();
        if (nanos <= 0) {
            throw new SocketTimeoutException("timed out waiting for " + waitingFor.get());
        }
        return (int) Math.min(Integer.MAX_VALUE, (nanos + 999_999) / 1_000_000);
    }
}
