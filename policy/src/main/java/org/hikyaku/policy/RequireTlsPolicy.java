package org.hikyaku.policy;

import java.util.Locale;
import java.util.Optional;

/**
 * How strictly a message's REQUIRETLS is kept for a destination (Q14). Anything but {@link #ENFORCE} breaks RFC 8689
 * for the sake of a partner who is known; the log says what was met.
 */
public enum RequireTlsPolicy {
    /** As RFC 8689 section 4.2.1 says. */
    ENFORCE,
    /** TLS is a must; authentication and the keyword are used where they can be had. */
    OPPORTUNISTIC_STARTTLS,
    /** As any other message; the keyword is passed on where it is offered over an authenticated session. */
    OPPORTUNISTIC;

    /** As it stands in a configuration: {@code opportunistic-starttls}. */
    public String token() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<RequireTlsPolicy> of(String token) {
        for (RequireTlsPolicy policy : values()) {
            if (policy.token().equals(token)) {
                return Optional.of(policy);
            }
        }
        return Optional.empty();
    }
}
