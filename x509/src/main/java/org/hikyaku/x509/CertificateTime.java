package org.hikyaku.x509;

import java.time.Instant;
import java.time.LocalDateTime;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.bouncycastle.asn1.ASN1GeneralizedTime;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1UTCTime;
import org.bouncycastle.asn1.x509.Time;

/**
 * The times of a certificate. RFC 5280 section 4.1.2.5 has two forms, {@code YYMMDDHHMMSSZ} and {@code YYYYMMDDHHMMSSZ}: they are
 * read by hand, since the calendars and locales that the library asks for take longer than the rest of the certificate. What
 * else turns up is left to the library.
 */
final class CertificateTime {
    private CertificateTime() {}

    /** The library throws what it throws for a time that is none. */
    static Instant of(Time time) {
        ASN1Primitive value = time.toASN1Primitive();
        if (value instanceof ASN1UTCTime utc) {
            String text = utc.getTime(); // YYMMDDHHMMSSGMT+00:00
            if (text.length() == 21 && text.endsWith("GMT+00:00")) {
                // Section 4.1.2.5.1: years from 50 on are of the last century.
                text = (text.charAt(0) >= '5' ? "19" : "20") + text.substring(0, 12);
                if (plain(text)) {
                    return instant(text);
                }
            }
        } else if (value instanceof ASN1GeneralizedTime general) {
            String text = general.getTimeString();
            if (text.length() == 15 && text.charAt(14) == 'Z' && plain(text.substring(0, 14))) {
                return instant(text);
            }
        }
        return time.getDate().toInstant();
    }

    /** Fourteen digits, and a day and time that exist. */
    private static boolean plain(String text) {
        for (int i = 0; i < 14; i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return false;
            }
        }
        int year = number(text, 0, 4);
        int month = number(text, 4, 6);
        int day = number(text, 6, 8);
        // Before 1583 the library's calendar is the Julian one.
        return year >= 1583
                && month >= 1
                && month <= 12
                && day >= 1
                && day <= YearMonth.of(year, month).lengthOfMonth()
                && number(text, 8, 10) <= 23
                && number(text, 10, 12) <= 59
                && number(text, 12, 14) <= 59;
    }

    private static Instant instant(String text) {
        return LocalDateTime.of(
                        number(text, 0, 4),
                        number(text, 4, 6),
                        number(text, 6, 8),
                        number(text, 8, 10),
                        number(text, 10, 12),
                        number(text, 12, 14))
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(String text, int from, int to) {
        return Integer.parseInt(text, from, to, 10);
    }
}
