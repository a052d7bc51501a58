package org.hikyaku.tlsrpt;

/**
 * How often a kind of failure was seen. Kinds are not exclusive: their numbers may come to more than the failed sessions
 * (T6).
 *
 * @param failure the kind
 * @param sessions {@code failed-session-count}, 0 or more
 */
public record FailureCount(Failure failure, long sessions) {
    public FailureCount {
        if (sessions < 0) {
            throw new IllegalArgumentException("a number of sessions is not negative: " + sessions);
        }
    }
}
