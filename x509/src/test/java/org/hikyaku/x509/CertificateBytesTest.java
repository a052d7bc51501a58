package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Arrays;
import java.util.Random;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two readers of the same bytes, one for TLSA digests and one for TLS, must see the same key (D11). */
class CertificateBytesTest {
    /** The version field [0] of RFC 5280 section 4.1: an explicit tag around INTEGER 2. */
    private static final byte[] VERSION_3 = {(byte) 0xa0, 3, 2, 1, 2};

    private final byte[] der = CertificateMaker.seeded("bytes")
            .server(
                    CertificateTemplate.server(
                            Instant.parse("2026-01-01T00:00:00Z"), Instant.parse("2036-01-01T00:00:00Z"), "mx.example"),
                    KeyChoice.EC_P256,
                    CertificateMaker.seeded("authority")
                            .root(
                                    CertificateTemplate.authority(
                                            Instant.parse("2026-01-01T00:00:00Z"),
                                            Instant.parse("2036-01-01T00:00:00Z"),
                                            "Root"),
                                    KeyChoice.EC_P256))
            .certificate()
            .der();

    @ParameterizedTest
    @ValueSource(ints = {0xa1, 0xa2, 0xa3, 0xbe})
    void aVersionUnderAnotherTagDoesNotMoveTheKey(int tag) {
        byte[] odd = der.clone();
        odd[versionAt()] = (byte) tag;
        assertThatThrownBy(() -> Certificate.parse(odd)).isInstanceOf(CertificateFormatException.class);
    }

    private int versionAt() {
        for (int i = 0; i < der.length; i++) {
            if (Arrays.equals(der, i, i + VERSION_3.length, VERSION_3, 0, VERSION_3.length)) {
                return i;
            }
        }
        throw new IllegalStateException("a version 3 certificate says so");
    }

    @Test
    void changedBytesNeverMakeTwoKeysOfOne() {
        Random random = new Random(20261122);
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] changed = der.clone();
            for (int n = 0; n <= random.nextInt(3); n++) {
                changed[random.nextInt(250)] = (byte) random.nextInt(256);
            }
            Certificate certificate;
            try {
                certificate = Certificate.parse(changed);
            } catch (CertificateFormatException e) {
                continue;
            }
            read++;
            assertThat(SubjectPublicKeyInfo.getInstance(certificate.subjectPublicKeyInfo()))
                    .isEqualTo(certificate.holder().getSubjectPublicKeyInfo());
        }
        assertThat(read).as("the test has something to look at").isGreaterThan(1000);
    }
}
