package org.hikyaku.tls;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Credential;

/**
 * What a client offers.
 *
 * @param min the oldest version offered; TLS 1.0 or later
 * @param max the newest version offered
 * @param alpn application protocols in order of preference; empty sends no ALPN extension, as SMTP has none registered
 * @param postQuantum offers X25519MLKEM768 before the classical groups, with a key share (about 1,200 bytes more)
 * @param keyLog where the secrets of each session go, for decrypting a capture
 * @param credential key and certificate for servers that ask the client for one; they see it when its key fits what they
 *     take, and an empty list otherwise
 * @param suites cipher suites to offer instead of the usual ones, best first; none for the usual ones
 * @param groups groups to offer instead of the usual ones, best first, the first with a key share; none for the usual
 * @param sessions where sessions of TLS 1.2 and before are kept, to be resumed; empty makes each a new one
 */
public record TlsClientOptions(
        TlsVersion min,
        TlsVersion max,
        List<String> alpn,
        boolean postQuantum,
        Optional<KeyLog> keyLog,
        Optional<Credential> credential,
        List<CipherSuite> suites,
        List<NamedGroup> groups,
        Optional<ClientSessions> sessions) {

    public TlsClientOptions {
        alpn = List.copyOf(alpn);
        suites = List.copyOf(suites);
        groups = List.copyOf(groups);
        if (!min.atLeast(TlsVersion.TLSV1_0)) {
            throw new IllegalArgumentException(min.title() + " cannot be spoken by this client, only probed for");
        }
        if (!max.atLeast(min)) {
            throw new IllegalArgumentException("no version lies between " + min.title() + " and " + max.title());
        }
    }

    /** TLS 1.2 and 1.3 (D30, S21), post-quantum key exchange, no ALPN, no key log, no certificate, no resumption. */
    public static TlsClientOptions defaults() {
        return new TlsClientOptions(
                TlsVersion.TLSV1_2,
                TlsVersion.TLSV1_3,
                List.of(),
                true,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    public TlsClientOptions withVersions(TlsVersion oldest, TlsVersion newest) {
        return new TlsClientOptions(oldest, newest, alpn, postQuantum, keyLog, credential, suites, groups, sessions);
    }

    public TlsClientOptions withAlpn(String... protocols) {
        return new TlsClientOptions(
                min, max, List.of(protocols), postQuantum, keyLog, credential, suites, groups, sessions);
    }

    public TlsClientOptions withPostQuantum(boolean offered) {
        return new TlsClientOptions(min, max, alpn, offered, keyLog, credential, suites, groups, sessions);
    }

    public TlsClientOptions withKeyLog(KeyLog log) {
        return new TlsClientOptions(
                min, max, alpn, postQuantum, Optional.of(log), credential, suites, groups, sessions);
    }

    /** With a certificate to show to servers that ask for one. */
    public TlsClientOptions withCredential(Credential own) {
        return new TlsClientOptions(min, max, alpn, postQuantum, keyLog, Optional.of(own), suites, groups, sessions);
    }

    public TlsClientOptions withSuites(List<CipherSuite> chosen) {
        return new TlsClientOptions(min, max, alpn, postQuantum, keyLog, credential, chosen, groups, sessions);
    }

    public TlsClientOptions withGroups(List<NamedGroup> chosen) {
        return new TlsClientOptions(min, max, alpn, postQuantum, keyLog, credential, suites, chosen, sessions);
    }

    /** Resumes sessions kept there, and keeps new ones there. */
    public TlsClientOptions withSessions(ClientSessions kept) {
        return new TlsClientOptions(min, max, alpn, postQuantum, keyLog, credential, suites, groups, Optional.of(kept));
    }
}
