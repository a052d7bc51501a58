package org.hikyaku.mail;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** How mails write times (RFC 5322 section 3.3). */
public final class MailDates {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private MailDates() {}

    /** In UTC: {@code Sun, 22 Nov 2026 14:40:08 +0000}. */
    public static String text(Instant at) {
        return DATE.format(at);
    }
}
