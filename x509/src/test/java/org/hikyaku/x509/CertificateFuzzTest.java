package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;

/** Whatever bytes come: a certificate whose every question has an answer, or the documented error. */
class CertificateFuzzTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");

    @FuzzTest(maxDuration = "2m")
    void everyQuestionHasAnAnswer(byte[] der) {
        Certificate certificate;
        try {
            certificate = Certificate.parse(der);
        } catch (CertificateFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
            return;
        }
        assertThat(certificate.label() + certificate.subject() + certificate.issuer())
                .doesNotContain("\n", "\u001b");
        assertThat(certificate.keySha256()).hasSize(32);
        assertThat(certificate.serial()).isNotNull();
        assertThat(certificate.key().title()).isNotBlank();
        assertThat(certificate.signatureAlgorithm().title()).isNotBlank();
        assertThat(certificate.keyUsage()).isNotNull();
        assertThat(certificate.extendedKeyUsage()).isNotNull();
        assertThat(certificate.pathLength()).isNotNull();
        assertThat(certificate.isAuthority()).isIn(true, false);
        NameMatch.matches(certificate, "mx.example", CommonName.WHEN_NO_DNS_ID);
        new PathFinder(TrustAnchors.of(List.of(certificate))).find(List.of(certificate, certificate), NOW);
        new PathFinder(TrustAnchors.ofKeys(List.of(certificate.subjectPublicKeyInfo())))
                .findIgnoringDates(List.of(certificate));
    }

    @FuzzTest(maxDuration = "1m")
    void pem(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        try {
            Pem.certificates(text);
            Pem.privateKey(text);
        } catch (CertificateFormatException e) {
            assertThat(e.getMessage()).isNotBlank();
        }
    }
}
