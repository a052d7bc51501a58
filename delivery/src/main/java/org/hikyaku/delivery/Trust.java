package org.hikyaku.delivery;

import java.util.Locale;

/** How far the server of a session was known to be the right one; the words are Postfix's. */
public enum Trust {
    /** There was no TLS, or no session. */
    NONE,
    /** TLS without any certificate. */
    ANONYMOUS,
    /** TLS; nobody that we trust vouched for the certificate, or nothing asked for it. */
    UNTRUSTED,
    /** A certificate that CAs vouch for or a TLSA record matches, where the host's name came from unsigned DNS (D28). */
    TRUSTED,
    /** The server is who the domain says, by DANE under a signed MX RRset or under an enforced policy. */
    VERIFIED;

    /** As it stands in the log: {@code Verified}. */
    public String word() {
        return name().charAt(0) + name().substring(1).toLowerCase(Locale.ROOT);
    }
}
