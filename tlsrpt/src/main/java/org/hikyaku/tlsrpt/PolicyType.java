package org.hikyaku.tlsrpt;

import java.util.Arrays;
import java.util.Optional;

/** What kind of policy was applied to a session (RFC 8460 section 4.4, {@code policy-type}). */
public enum PolicyType {
    TLSA("tlsa"),
    STS("sts"),
    NO_POLICY_FOUND("no-policy-found");

    private final String token;

    PolicyType(String token) {
        this.token = token;
    }

    /** As it stands in a report. */
    public String token() {
        return token;
    }

    /** The type of this token; empty when RFC 8460 has none of that name. */
    public static Optional<PolicyType> of(String token) {
        return Arrays.stream(values())
                .filter(t -> t.token.equalsIgnoreCase(token))
                .findFirst();
    }
}
