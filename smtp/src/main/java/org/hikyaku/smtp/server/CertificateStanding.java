package org.hikyaku.smtp.server;

import java.util.Optional;

/**
 * How a client's certificate was judged.
 *
 * @param trust in one word, as logs have it
 * @param subject the certificate's subject; empty text when there is none
 * @param issuer the certificate's issuer; empty text when there is none
 * @param fingerprint SHA-256 of the certificate in upper-case hexadecimal with colons; empty text when there is none
 * @param verified true when a chain to a trusted authority holds
 * @param listed true when the certificate or its key is on the list of those that may relay
 * @param user whom it stands for
 * @param sentence why it is not trusted; empty text when it is
 */
public record CertificateStanding(
        Trust trust,
        String subject,
        String issuer,
        String fingerprint,
        boolean verified,
        boolean listed,
        Optional<String> user,
        String sentence) {

    /** In one word. */
    public enum Trust {
        /** The client was asked and showed none. */
        NONE,
        /** It showed one, and nobody vouches for it. */
        UNTRUSTED,
        /** On the list, or from an authority that is trusted for this. */
        TRUSTED
    }

    /** Asked for, and none was shown. */
    public static CertificateStanding none() {
        return new CertificateStanding(Trust.NONE, "", "", "", false, false, Optional.empty(), "");
    }

    /** Whether mail may go anywhere on the strength of this certificate. */
    public boolean trusted() {
        return trust == Trust.TRUSTED;
    }
}
