package org.hikyaku.cli;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A point in time: ISO 8601 with a zone ({@code 2026-11-22T01:02:03Z}), or UTC as zone files write it. */
final class TimeOption implements ITypeConverter<Instant> {
    private static final DateTimeFormatter ZONE_FILE = DateTimeFormatter.ofPattern("uuuuMMddHHmmss");
    private static final int ZONE_FILE_DIGITS = 14;

    @Override
    public Instant convert(String text) {
        try {
            boolean digits = text.length() == ZONE_FILE_DIGITS && text.chars().allMatch(c -> c >= '0' && c <= '9');
            return digits
                    ? LocalDateTime.parse(text, ZONE_FILE).toInstant(ZoneOffset.UTC)
                    : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new TypeConversionException(
                    "'" + text + "' is no time such as 2026-11-22T01:02:03Z or 20261122010203 (UTC)");
        }
    }
}
