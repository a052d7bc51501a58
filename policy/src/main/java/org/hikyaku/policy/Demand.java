package org.hikyaku.policy;

/** What the message itself demands (RFC 8689). */
public enum Demand {
    ORDINARY,
    /** {@code MAIL FROM … REQUIRETLS}: authenticated TLS on every leg, or not at all (Q3, Q4). */
    REQUIRE_TLS,
    /** {@code TLS-Required: No}: neither DANE nor MTA-STS is to hold this message back (Q9). */
    TLS_NOT_REQUIRED
}
