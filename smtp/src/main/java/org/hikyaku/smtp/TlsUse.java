package org.hikyaku.smtp;

/** How a session is to come by TLS. */
public enum TlsUse {
    /** In clear first, then STARTTLS where it is offered (RFC 3207). Where it is not, the session stays in clear. */
    STARTTLS,
    /** TLS from the first byte, as on port 465 (RFC 8314 section 3.3). */
    IMPLICIT,
    /** In clear, whatever is offered. */
    NONE
}
