package org.hikyaku.policy.service;

/** A framed reply that may be given again. */
final class KeptAnswer {
    private static final long FIXED_BYTES = 150;

    private final byte[] reply;
    private final long expiresAt;

    /** @param expiresAt milliseconds since 1970 */
    KeptAnswer(byte[] reply, long expiresAt) {
        this.reply = reply;
        this.expiresAt = expiresAt;
    }

    byte[] reply() {
        return reply;
    }

    /** About what it takes in memory. */
    long bytes() {
        return FIXED_BYTES + reply.length;
    }

    boolean holds(long now) {
        return now < expiresAt;
    }
}
