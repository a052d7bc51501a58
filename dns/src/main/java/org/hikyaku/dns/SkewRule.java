package org.hikyaku.dns;

import java.time.Duration;

/**
 * How far a clock may be off before a signature's times count: a tenth of the signature's lifetime, at least {@code
 * min}, at most {@code max}; the minimum is applied first and the maximum last, so that a maximum below the minimum
 * wins. The rule of Unbound's {@code val-sig-skew-min} and {@code val-sig-skew-max}. Both ends are inclusive; times
 * compare in the serial arithmetic of RFC 1982 (RFC 4034 section 3.1.5).
 *
 * @param min whole seconds, not negative
 * @param max whole seconds, not negative
 */
public record SkewRule(Duration min, Duration max) {

    public SkewRule {
        if (min.isNegative() || max.isNegative()) {
            throw new IllegalArgumentException("clock skew cannot be negative");
        }
    }

    /** 1 hour and 24 hours. */
    public static SkewRule defaults() {
        return new SkewRule(Duration.ofHours(1), Duration.ofDays(1));
    }

    /** Accepts nothing outside a signature's own times. */
    public static SkewRule none() {
        return new SkewRule(Duration.ZERO, Duration.ZERO);
    }

    public enum Outcome {
        VALID,
        /** Outside its own times, within the tolerance: valid here, not for stricter validators. */
        VALID_THANKS_TO_SKEW,
        EXPIRED,
        NOT_YET_VALID,
        /** The inception is after the expiration: never valid. */
        INVERTED;

        public boolean isValid() {
            return this == VALID || this == VALID_THANKS_TO_SKEW;
        }
    }

    /**
     * Judges a signature's times.
     *
     * @param inception seconds since 1970; only the low 32 bits count
     * @param expiration seconds since 1970; only the low 32 bits count
     * @param now seconds since 1970; only the low 32 bits count
     */
    public Outcome judge(long inception, long expiration, long now) {
        int lifetime = (int) expiration - (int) inception;
        if (lifetime < 0) {
            return Outcome.INVERTED;
        }
        long skew = toleranceSeconds(lifetime);
        int sinceInception = (int) now - (int) inception;
        int untilExpiration = (int) expiration - (int) now;
        // a signature can be both only across the serial wrap; Unbound, too, looks at the inception first
        if (sinceInception < 0 && -(long) sinceInception > skew) {
            return Outcome.NOT_YET_VALID;
        }
        if (untilExpiration < 0 && -(long) untilExpiration > skew) {
            return Outcome.EXPIRED;
        }
        return sinceInception < 0 || untilExpiration < 0 ? Outcome.VALID_THANKS_TO_SKEW : Outcome.VALID;
    }

    /** The tolerance in seconds for a signature that was made for so many seconds. */
    public long toleranceSeconds(long lifetimeSeconds) {
        return Math.min(Math.max(lifetimeSeconds / 10, min.toSeconds()), max.toSeconds());
    }
}
