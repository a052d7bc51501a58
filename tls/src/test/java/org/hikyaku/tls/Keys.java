package org.hikyaku.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;
import org.hikyaku.x509.Pem;

/** Credentials for servers in tests. */
final class Keys {
    static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    static final Instant TO = Instant.parse("2046-01-01T00:00:00Z");

    private final CertificateMaker maker = CertificateMaker.seeded("tls tests");
    final CertificateMaker.Authority root =
            maker.root(CertificateTemplate.authority(FROM, TO, "Test Root"), KeyChoice.EC_P256);
    final CertificateMaker.Authority intermediate =
            maker.intermediate(CertificateTemplate.authority(FROM, TO, "Test Intermediate"), KeyChoice.EC_P256, root);

    /** Any free port. */
    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    Credential server(KeyChoice choice) {
        return maker.server(CertificateTemplate.server(FROM, TO, "mx.example"), choice, intermediate);
    }

    Credential server(CertificateTemplate template) {
        return server(template, KeyChoice.EC_P256);
    }

    Credential server(CertificateTemplate template, KeyChoice choice) {
        return maker.server(template, choice, intermediate);
    }

    Credential selfSigned(CertificateTemplate template) {
        return maker.selfSigned(template, maker.key(KeyChoice.EC_P256));
    }

    /** A server whose chain has this many intermediates, each signed by the next. */
    Credential behindIntermediates(int count) {
        CertificateMaker.Authority issuer = root;
        for (int i = 0; i < count; i++) {
            issuer = maker.intermediate(
                    CertificateTemplate.authority(FROM, TO, "Intermediate " + i), KeyChoice.EC_P256, issuer);
        }
        return maker.server(CertificateTemplate.server(FROM, TO, "mx.example"), KeyChoice.EC_P256, issuer);
    }

    /** Writes {@code cert.pem} (the leaf), {@code rest.pem} (what follows it, may be empty) and {@code key.pem}. */
    static void write(Credential credential, Path folder) throws IOException {
        Files.writeString(
                folder.resolve("cert.pem"),
                credential.withChain(credential.chain().subList(0, 1)).chainPem());
        Files.writeString(
                folder.resolve("rest.pem"),
                Pem.encode(credential.chain().subList(1, credential.chain().size())));
        Files.writeString(folder.resolve("key.pem"), credential.keyPem());
    }
}
