package org.hikyaku.policy.service;

/**
 * A framed reply that may be given again.
 *
 * @param expiresAt milliseconds since 1970
 */
record KeptAnswer(byte[] reply, long expiresAt) {
    private static final long FIXED_BYTES = 150;

    /** About what it takes in memory. */
    long bytes() {
        return FIXED_BYTES + reply.length;
    }

    boolean holds(long now) {
        return now < expiresAt;
    }
}
