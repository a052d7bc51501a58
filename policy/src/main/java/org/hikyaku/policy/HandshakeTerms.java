package org.hikyaku.policy;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;

/**
 * What a destination is configured to want of the handshake itself (D30).
 *
 * @param minimum the oldest version to offer and to count; empty leaves it to the usual: TLS 1.2 under a promise, and
 *     whatever there is where the choice is between old TLS and clear text
 * @param suites the suites to offer, best first; none for the usual ones
 */
public record HandshakeTerms(Optional<TlsVersion> minimum, List<CipherSuite> suites) {
    private static final HandshakeTerms USUAL = new HandshakeTerms(Optional.empty(), List.of());

    public HandshakeTerms {
        suites = List.copyOf(suites);
    }

    /** Nothing special. */
    public static HandshakeTerms usual() {
        return USUAL;
    }
}
