package org.hikyaku.conformance.grade;

import java.util.Locale;

/** Which kind of mail is sent to a domain. The recipient's local part says it, so that it can be told when the mail arrives. */
public enum Probe {
    /** Nothing special. */
    ORDINARY("plain"),
    /** Submitted with REQUIRETLS (RFC 8689 section 2). */
    REQUIRE_TLS("requiretls"),
    /** With the header field {@code TLS-Required: No} (RFC 8689 section 3). */
    TLS_OPTIONAL("tls-optional"),
    /** A second mail, when the lab has moved on: to domains that are otherwise than they were at the first. */
    LATER("later"),
    /** One more, when the sender has been restarted besides. */
    RESTARTED("restarted");

    private final String localPart;

    Probe(String localPart) {
        this.localPart = localPart;
    }

    /** The part of the recipient's address before the at sign. */
    public String localPart() {
        return localPart;
    }

    /** The probe that a recipient's address belongs to; any other local part is an ordinary mail. */
    public static Probe of(String address) {
        String local =
                address.substring(0, Math.max(0, address.lastIndexOf('@'))).toLowerCase(Locale.ROOT);
        for (Probe probe : values()) {
            if (probe.localPart.equals(local)) {
                return probe;
            }
        }
        return ORDINARY;
    }
}
