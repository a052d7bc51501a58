package org.hikyaku.tlsrpt;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/**
 * What a report is about.
 *
 * @param start the first second
 * @param end the last second, not before {@code start}
 */
public record ReportPeriod(Instant start, Instant end) {

    public ReportPeriod {
        if (end.isBefore(start)) {
            throw new IllegalArgumentException("a period does not end before it begins");
        }
    }

    /** A day of UTC, 00:00:00 to 23:59:59 (T10). */
    public static ReportPeriod ofDay(LocalDate day) {
        return new ReportPeriod(
                day.atStartOfDay(ZoneOffset.UTC).toInstant(),
                day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant().minusSeconds(1));
    }

    /** The day of UTC that the middle of the period lies in: some senders' days begin at their own midnight. */
    public LocalDate day() {
        return start.plusSeconds((end.getEpochSecond() - start.getEpochSecond()) / 2)
                .atZone(ZoneOffset.UTC)
                .toLocalDate();
    }
}
