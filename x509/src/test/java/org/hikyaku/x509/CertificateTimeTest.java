package org.hikyaku.x509;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x509.Time;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CertificateTimeTest {
    /** RFC 5280 section 4.1.2.5: UTCTime for 1950 to 2049, GeneralizedTime from 2050 on. */
    @ParameterizedTest
    @CsvSource({
        "500101000000Z, 1950-01-01T00:00:00Z",
        "991231235959Z, 1999-12-31T23:59:59Z",
        "000229120000Z, 2000-02-29T12:00:00Z",
        "261122013005Z, 2026-11-22T01:30:05Z",
        "491231235959Z, 2049-12-31T23:59:59Z",
    })
    void readsUtcTime(String text, Instant expected) {
        assertThat(CertificateTime.of(new Time(new ASN1UTCTime(text)))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "20500101000000Z, 2050-01-01T00:00:00Z",
        "99991231235959Z, 9999-12-31T23:59:59Z",
        "20260101000000.5Z, 2026-01-01T00:00:00.500Z",
        "20260101010000+0100, 2026-01-01T00:00:00Z",
    })
    void readsGeneralizedTime(String text, Instant expected) {
        assertThat(CertificateTime.of(new Time(new ASN1GeneralizedTime(text)))).isEqualTo(expected);
    }

    /** Forms that RFC 5280 forbids, and days that do not exist, are read as the library reads them. */
    @ParameterizedTest
    @ValueSource(strings = {"2611220130Z", "261122013005+0230", "261122013005-1100", "250229000000Z", "261322013005Z"})
    void leavesOddTimesToTheLibrary(String text) {
        Time time = new Time(new ASN1UTCTime(text));
        assertThat(CertificateTime.of(time)).isEqualTo(time.getDate().toInstant());
    }
}
