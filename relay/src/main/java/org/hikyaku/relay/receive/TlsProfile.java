package org.hikyaku.relay.receive;

import java.util.List;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.x509.Credential;

/** What TLS a port speaks. */
public enum TlsProfile {
    /** TLS 1.2 and 1.3, each session with keys of its own (EECDH) and authenticated encryption, in our order (M10). */
    STRICT {
        @Override
        TlsServerOptions options(Credential credential) {
            return TlsServerOptions.of(credential).withSuites(SUITES);
        }
    },
    /** TLS 1.0 and later with all suites that are not broken outright: for a port 25 where old is better than clear. */
    COMPATIBLE {
        @Override
        TlsServerOptions options(Credential credential) {
            return TlsServerOptions.of(credential).withVersions(TlsVersion.TLSV1_0, TlsVersion.TLSV1_3);
        }
    };

    /** AES-128 first: as strong as the rest of the session, and less work. */
    private static final List<CipherSuite> SUITES = List.of(
                    "TLS_AES_128_GCM_SHA256",
                    "TLS_AES_256_GCM_SHA384",
                    "TLS_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
                    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
                    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")
            .stream()
            .map(TlsProfile::suite)
            .toList();

    private static CipherSuite suite(String name) {
        return CipherSuite.registry().all().stream()
                .filter(suite -> suite.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    abstract TlsServerOptions options(Credential credential);
}
