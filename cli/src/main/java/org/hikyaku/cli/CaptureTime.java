package org.hikyaku.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in a capture: of the calendar, or so long after the capture's first packet. */
sealed interface CaptureTime {

    /** @param began nanoseconds of the first packet since 1970 */
    long nanos(long began);

    /** Of the calendar. */
    record At(Instant instant) implements CaptureTime {
        @Override
        public long nanos(long began) {
            return Math.addExact(Math.multiplyExact(instant.getEpochSecond(), 1_000_000_000L), instant.getNano());
        }
    }

    /** After the first packet. */
    record After(Duration duration) implements CaptureTime {
        @Override
        public long nanos(long began) {
            return began + duration.toNanos();
        }
    }

    /** {@code 2026-11-22T01:02:03.5Z}, with any offset, in UTC without one; {@code +90}, {@code +1m30s}, {@code +0.25s}. */
    final class Option implements ITypeConverter<CaptureTime> {
        @Override
        public CaptureTime convert(String text) {
            try {
                return text.startsWith("+") ? new After(duration(text.substring(1))) : new At(instant(text));
            } catch (DateTimeException | ArithmeticException e) {
                throw new TypeConversionException("'" + text + "' is no time such as 2026-11-22T01:02:03Z (UTC) or +90s"
                        + " (after the first packet)");
            }
        }

        private static Duration duration(String text) {
            boolean plain = !text.isEmpty() && text.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.');
            Duration duration = Duration.parse("PT" + (plain ? text + "S" : text.toUpperCase(Locale.ROOT)));
            if (duration.isNegative() || duration.toDays() > 36_500) {
                throw new DateTimeException("out of range");
            }
            return duration;
        }

        private static Instant instant(String text) {
            String zone = text.indexOf('T') > 0 ? text.substring(text.indexOf('T')) : "";
            boolean offset = zone.endsWith("Z") || zone.indexOf('+') > 0 || zone.indexOf('-') > 0;
            Instant instant = offset
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDateTime.parse(zone.isEmpty() ? text + "T00:00:00" : text)
                            .toInstant(ZoneOffset.UTC);
            new At(instant).nanos(0); // throws when it is too far from 1970 to be counted in nanoseconds
            return instant;
        }
    }
}
