package org.hikyaku.relay.receive;

import java.time.Instant;
import java.util.Set;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/** Certificates for tests. */
final class Certificates {
    static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant TO = Instant.parse("2046-01-01T00:00:00Z");
    static final Instant NOW = Instant.parse("2026-11-22T08:00:00Z");

    private static final CertificateMaker MAKER = CertificateMaker.seeded("relay receive tests");
    static final CertificateMaker.Authority ROOT =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Test Root"), KeyChoice.EC_P256);
    static final CertificateMaker.Authority INTERMEDIATE =
            MAKER.intermediate(CertificateTemplate.authority(FROM, TO, "Test Intermediate"), KeyChoice.EC_P256, ROOT);
    static final CertificateMaker.Authority CLIENT_CA =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Test Client CA"), KeyChoice.EC_P256);
    static final CertificateMaker.Authority ROGUE_CA =
            MAKER.root(CertificateTemplate.authority(FROM, TO, "Test Client CA"), KeyChoice.EC_P256);

    private Certificates() {}

    static Credential server(String... names) {
        return MAKER.server(CertificateTemplate.server(FROM, TO, names), KeyChoice.EC_P256, INTERMEDIATE);
    }

    static Credential server(Instant from, Instant to, String... names) {
        return MAKER.server(CertificateTemplate.server(from, to, names), KeyChoice.EC_P256, INTERMEDIATE);
    }

    static Credential client(String commonName) {
        return client(commonName, CLIENT_CA);
    }

    static Credential client(String commonName, CertificateMaker.Authority by) {
        return MAKER.issue(
                CertificateTemplate.server(FROM, TO)
                        .withCommonName(commonName)
                        .withPurposes(Set.of(CertificateTemplate.CLIENT_AUTH)),
                MAKER.key(KeyChoice.EC_P256),
                by);
    }
}
