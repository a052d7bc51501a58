package org.hikyaku.relay.receive;

/** What a port is for. */
public enum Door {
    /** Port 25: other servers bring mail for us. */
    MX,
    /** Ports 587 and 465: users hand mail in (RFC 6409). */
    SUBMISSION
}
