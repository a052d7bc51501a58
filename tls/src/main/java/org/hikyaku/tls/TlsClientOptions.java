package org.hikyaku.tls;

import java.util.List;
import java.util.Optional;

/**
 * What a client offers.
 *
 * @param min the oldest version offered; TLS 1.0 or later
 * @param max the newest version offered
 * @param alpn application protocols in order of preference; empty sends no ALPN extension, as SMTP has none registered
 * @param postQuantum offers X25519MLKEM768 before the classical groups, with a key share (about 1,200 bytes more)
 * @param keyLog where the secrets of each session go, for decrypting a capture
 */
public record TlsClientOptions(
        TlsVersion min, TlsVersion max, List<String> alpn, boolean postQuantum, Optional<KeyLog> keyLog) {

    public TlsClientOptions {
        alpn = List.copyOf(alpn);
        if (!min.atLeast(TlsVersion.TLSV1_0)) {
            throw new IllegalArgumentException(min.title() + " cannot be spoken by this client, only probed for");
        }
        if (!max.atLeast(min)) {
            throw new IllegalArgumentException("no version lies between " + min.title() + " and " + max.title());
        }
    }

    /** TLS 1.2 and 1.3 (D30, S21), post-quantum key exchange, no ALPN, no key log. */
    public static TlsClientOptions defaults() {
        return new TlsClientOptions(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3, List.of(), true, Optional.empty());
    }

    public TlsClientOptions withVersions(TlsVersion oldest, TlsVersion newest) {
        return new TlsClientOptions(oldest, newest, alpn, postQuantum, keyLog);
    }

    public TlsClientOptions withAlpn(String... protocols) {
        return new TlsClientOptions(min, max, List.of(protocols), postQuantum, keyLog);
    }

    public TlsClientOptions withPostQuantum(boolean offered) {
        return new TlsClientOptions(min, max, alpn, offered, keyLog);
    }

    public TlsClientOptions withKeyLog(KeyLog log) {
        return new TlsClientOptions(min, max, alpn, postQuantum, Optional.of(log));
    }
}
