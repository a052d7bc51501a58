package org.hikyaku.policy;

import java.util.Locale;
import java.util.Optional;

/** How much TLS a sender is configured to want for a destination. What that comes to for a host, {@link Planner} says. */
public enum TlsLevel {
    /** No TLS, although it is offered. */
    NONE,
    /** TLS where it is offered, unauthenticated; clear text otherwise. DANE and MTA-STS are not looked at. */
    MAY,
    /** TLS, unauthenticated, or the mail waits. */
    ENCRYPT,
    /** Opportunistic DANE (RFC 7672); where there is none, as {@link #MAY}. */
    DANE,
    /** DANE, or the mail waits (D19). */
    DANE_ONLY,
    /** A certificate of a public CA for the MX host's name, which an attacker on DNS may choose. */
    VERIFY,
    /** A certificate of a public CA for a name under the domain itself, whatever DNS says. */
    SECURE,
    /** What the domain asks for: DANE and MTA-STS as rule S1 orders them; where there is neither, as {@link #MAY}. */
    AUTO;

    /** As it stands in a configuration and in the log: {@code dane-only}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<TlsLevel> of(String token) {
        for (TlsLevel level : values()) {
            if (level.token().equals(token)) {
                return Optional.of(level);
            }
        }
        return Optional.empty();
    }
}
