package org.hikyaku.delivery;

/** Counts sessions for TLS reports (RFC 8460). Must not block for long and not throw; called by many threads. */
@FunctionalInterface
public interface SessionCounter {

    /**
     * Called once for each attempt at a session with an MX host that ended in TLS, in its failure, or before any
     * connection because of a policy. Not called for mails on a session that was counted already (T21), for mails with
     * {@code TLS-Required: No} (Q9), nor for hosts that could not be reached: that is no event of TLS.
     */
    void count(CountedSession session);

    /** Drops all. */
    static SessionCounter none() {
        return session -> {};
    }
}
