package org.hikyaku.tlsrpt;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;

/** The times in a report: RFC 3339 by the standard (T10), and what else is sent. */
final class ReportTimes {
    private static final long LAST_SECOND = 253_402_300_799L; // 9999-12-31T23:59:59Z
    private static final int LONGEST = 64;

    private ReportTimes() {}

    /** The period, when both ends can be read and stand in order. */
    static Optional<ReportPeriod> period(ReportNode range) {
        Optional<Instant> start = range.text("start-datetime").flatMap(t -> time(t, 0));
        Optional<Instant> end = range.text("end-datetime").flatMap(t -> time(t, 86_399));
        return start.flatMap(s -> end.filter(e -> !e.isBefore(s)).map(e -> new ReportPeriod(s, e)));
    }

    /** @param ofDay seconds into the day, for a date alone */
    static Optional<Instant> time(String given, int ofDay) {
        if (given.length() > LONGEST) {
            return Optional.empty();
        }
        String text = given.strip().toUpperCase(Locale.ROOT).replace(' ', 'T');
        try {
            if (text.length() == 10) {
                return bounded(LocalDate.parse(text)
                        .atStartOfDay(ZoneOffset.UTC)
                        .toInstant()
                        .plusSeconds(ofDay));
            }
            return bounded(
                    hasZone(text)
                            ? OffsetDateTime.parse(text).toInstant()
                            // T9: Microsoft's times without a zone are meant in UTC
                            : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> bounded(Instant time) {
        return time.getEpochSecond() < 0 || time.getEpochSecond() > LAST_SECOND ? Optional.empty() : Optional.of(time);
    }

    private static boolean hasZone(String text) {
        int clock = text.indexOf('T');
        return text.endsWith("Z") || text.indexOf('+') > 0 || clock >= 0 && text.indexOf('-', clock) > 0;
    }
}
