package org.hikyaku.policy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateMaker.Authority;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.TrustAnchors;

/** A root, an intermediate and servers, the same in every run. */
final class Certificates {
    static final Instant NOW = Observed.NOW;
    private static final Instant FROM = NOW.minus(Duration.ofDays(30));
    private static final Instant TO = NOW.plus(Duration.ofDays(300));

    final CertificateMaker maker = CertificateMaker.seeded("policy tests");
    final Authority root = maker.root(CertificateTemplate.authority(FROM, TO, "Test Root"), KeyChoice.EC_P256);
    final Authority intermediate =
            maker.intermediate(CertificateTemplate.authority(FROM, TO, "Test Intermediate"), KeyChoice.EC_P256, root);
    final Authority foreignRoot =
            maker.root(CertificateTemplate.authority(FROM, TO, "Foreign Root"), KeyChoice.EC_P256);

    TrustAnchors anchors() {
        return TrustAnchors.of(List.of(root.certificate()));
    }

    static CertificateTemplate template(String... names) {
        return CertificateTemplate.server(FROM, TO, names);
    }

    /** From the intermediate, which is sent along. */
    Credential server(String... names) {
        return maker.server(template(names), KeyChoice.EC_P256, intermediate);
    }

    Credential expired(String... names) {
        return maker.server(
                template(names).withDates(FROM, NOW.minus(Duration.ofDays(1))), KeyChoice.EC_P256, intermediate);
    }

    Credential future(String... names) {
        return maker.server(
                template(names).withDates(NOW.plus(Duration.ofDays(1)), TO), KeyChoice.EC_P256, intermediate);
    }

    Credential commonNameOnly(String name) {
        return maker.server(template().withCommonName(name), KeyChoice.EC_P256, intermediate);
    }

    Credential selfSigned(String... names) {
        return maker.selfSigned(template(names), maker.key(KeyChoice.EC_P256));
    }

    List<Certificate> withRoot(Credential server) {
        List<Certificate> chain = new ArrayList<>(server.chain());
        chain.add(root.certificate());
        return chain;
    }

    static List<Certificate> leafOnly(Credential server) {
        return List.of(server.certificate());
    }
}
