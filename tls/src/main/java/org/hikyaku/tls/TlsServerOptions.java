package org.hikyaku.tls;

import java.util.List;
import java.util.Optional;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Credential;

/**
 * What a server takes. Its own order decides, of suites and of groups.
 *
 * @param min the oldest version taken; TLS 1.0 or later
 * @param max the newest version taken
 * @param credentials keys and chains, best first: each client gets the first that goes with what it offers
 * @param clientCertificate whether clients are asked for a certificate
 * @param alpn application protocols in order of preference; empty answers no ALPN extension
 * @param suites cipher suites taken instead of the usual ones, best first; none for the usual ones
 * @param groups groups taken instead of the usual ones, best first; none for the usual ones
 * @param keyLog where the secrets of each session go, for decrypting a capture
 * @param sessions where sessions of TLS 1.2 and before are kept, to be resumed; empty makes each a new one. Native handshakes are
 *     resumed by tickets then
 * @param nativeHandshakes whether the native library may do the usual handshakes of TLS 1.3, where it loads, in a third of the
 *     time: with random numbers of its own, and with AES-128 before AES-256 or after it as the client has them
 */
public record TlsServerOptions(
        TlsVersion min,
        TlsVersion max,
        List<Credential> credentials,
        ClientCertificate clientCertificate,
        List<String> alpn,
        List<CipherSuite> suites,
        List<NamedGroup> groups,
        Optional<KeyLog> keyLog,
        Optional<ServerSessions> sessions,
        boolean nativeHandshakes) {

    /** Whether clients are asked for a certificate; who they are is judged afterwards, from the facts. */
    public enum ClientCertificate {
        NOT_ASKED,
        /** Asked for; a client that has none goes on without. */
        ASKED,
        /** Asked for; a client that shows none is refused. */
        REQUIRED
    }

    public TlsServerOptions {
        credentials = List.copyOf(credentials);
        alpn = List.copyOf(alpn);
        suites = List.copyOf(suites);
        groups = List.copyOf(groups);
        if (!min.atLeast(TlsVersion.TLSV1_0)) {
            throw new IllegalArgumentException(min.title() + " cannot be spoken by this server");
        }
        if (!max.atLeast(min)) {
            throw new IllegalArgumentException("no version lies between " + min.title() + " and " + max.title());
        }
        if (credentials.isEmpty()) {
            throw new IllegalArgumentException("a server needs a key and a certificate");
        }
    }

    /** TLS 1.2 and 1.3 (D30, S21), no client certificate, no ALPN, no key log, no resumption. */
    public static TlsServerOptions of(Credential... credentials) {
        return new TlsServerOptions(
                TlsVersion.TLSV1_2,
                TlsVersion.TLSV1_3,
                List.of(credentials),
                ClientCertificate.NOT_ASKED,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false);
    }

    public TlsServerOptions withVersions(TlsVersion oldest, TlsVersion newest) {
        return new TlsServerOptions(
                oldest,
                newest,
                credentials,
                clientCertificate,
                alpn,
                suites,
                groups,
                keyLog,
                sessions,
                nativeHandshakes);
    }

    public TlsServerOptions withClientCertificate(ClientCertificate asked) {
        return new TlsServerOptions(
                min, max, credentials, asked, alpn, suites, groups, keyLog, sessions, nativeHandshakes);
    }

    public TlsServerOptions withAlpn(String... protocols) {
        return new TlsServerOptions(
                min,
                max,
                credentials,
                clientCertificate,
                List.of(protocols),
                suites,
                groups,
                keyLog,
                sessions,
                nativeHandshakes);
    }

    public TlsServerOptions withSuites(List<CipherSuite> chosen) {
        return new TlsServerOptions(
                min, max, credentials, clientCertificate, alpn, chosen, groups, keyLog, sessions, nativeHandshakes);
    }

    public TlsServerOptions withGroups(List<NamedGroup> chosen) {
        return new TlsServerOptions(
                min, max, credentials, clientCertificate, alpn, suites, chosen, keyLog, sessions, nativeHandshakes);
    }

    public TlsServerOptions withKeyLog(KeyLog log) {
        return new TlsServerOptions(
                min,
                max,
                credentials,
                clientCertificate,
                alpn,
                suites,
                groups,
                Optional.of(log),
                sessions,
                nativeHandshakes);
    }

    /** Resumes sessions kept there, and keeps new ones there. */
    public TlsServerOptions withSessions(ServerSessions kept) {
        return new TlsServerOptions(
                min,
                max,
                credentials,
                clientCertificate,
                alpn,
                suites,
                groups,
                keyLog,
                Optional.of(kept),
                nativeHandshakes);
    }

    /** Has the native library do what it can. */
    public TlsServerOptions withNativeHandshakes() {
        return new TlsServerOptions(
                min, max, credentials, clientCertificate, alpn, suites, groups, keyLog, sessions, true);
    }
}
