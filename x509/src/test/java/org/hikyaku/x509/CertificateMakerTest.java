package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.KeyPair;
import java.security.Signature;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CertificateMakerTest {
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2036-01-01T00:00:00Z");
    private static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    @Test
    void theSameSeedGivesTheSameBytes() {
        assertThat(chain("a")).isEqualTo(chain("a"));
        assertThat(chain("a")).isNotEqualTo(chain("b"));
    }

    private static List<Certificate> chain(String seed) {
        CertificateMaker maker = CertificateMaker.seeded(seed);
        var root = maker.root(CertificateTemplate.authority(FROM, TO, "Root"), KeyChoice.EC_P384);
        var rsa = maker.intermediate(CertificateTemplate.authority(FROM, TO, "Inter"), KeyChoice.RSA_1024, root);
        Credential leaf = maker.server(CertificateTemplate.server(FROM, TO, "mx.example"), KeyChoice.ED25519, rsa);
        return List.of(root.certificate(), rsa.certificate(), leaf.certificate());
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyChoice.class,
            names = {"RSA_512", "RSA_4096", "RSA_3072"},
            mode = EnumSource.Mode.EXCLUDE)
    void everyKindOfKeySignsAChainThatTheJdkVerifiesToo(KeyChoice choice) throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("k");
        var root = maker.root(CertificateTemplate.authority(FROM, TO, "Root"), choice);
        Credential leaf = maker.server(CertificateTemplate.server(FROM, TO, "mx.example"), choice, root);

        var jdkLeaf = (java.security.cert.X509Certificate)
                leaf.keyStore("x".toCharArray()).getCertificateChain("key")[0];
        jdkLeaf.verify(root.key().getPublic());
        assertThat(new PathFinder(TrustAnchors.of(List.of(root.certificate()))).find(leaf.chain(), NOW))
                .isEqualTo(new PathResult.Trusted(List.of(leaf.certificate(), root.certificate())));
    }

    @Test
    void keyAndCertificateBelongTogether() throws Exception {
        CertificateMaker maker = CertificateMaker.seeded("k");
        KeyPair key = maker.key(KeyChoice.EC_P256);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(key.getPrivate());
        signer.update(new byte[] {1, 2, 3});
        byte[] signature = signer.sign();
        signer.initVerify(key.getPublic());
        signer.update(new byte[] {1, 2, 3});
        assertThat(signer.verify(signature)).isTrue();
        assertThat(maker.selfSigned(CertificateTemplate.server(FROM, TO, "a.example"), key)
                        .certificate()
                        .subjectPublicKeyInfo())
                .isEqualTo(key.getPublic().getEncoded());
    }
}
