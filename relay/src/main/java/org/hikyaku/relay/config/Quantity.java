package org.hikyaku.relay.config;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Durations and sizes as people write them: a number and a unit. */
final class Quantity {
    private static final Map<String, Long> SECONDS = new LinkedHashMap<>();
    private static final Map<String, Long> BYTES = new LinkedHashMap<>();

    static {
        SECONDS.put("d", 86_400L);
        SECONDS.put("h", 3600L);
        SECONDS.put("m", 60L);
        SECONDS.put("s", 1L);
        BYTES.put("GiB", 1L << 30);
        BYTES.put("GB", 1_000_000_000L);
        BYTES.put("MiB", 1L << 20);
        BYTES.put("MB", 1_000_000L);
        BYTES.put("KiB", 1L << 10);
        BYTES.put("kB", 1000L);
        BYTES.put("B", 1L);
    }

    private Quantity() {}

    /** {@code 30s}, {@code 5m}, {@code 4h}, {@code 5d}; also several, {@code 1h30m}. */
    static Optional<Duration> duration(String text) {
        String rest = text.replace(" ", "").toLowerCase(Locale.ROOT);
        long seconds = 0;
        boolean some = false;
        while (!rest.isEmpty()) {
            int digits = 0;
            while (digits < rest.length() && Character.isDigit(rest.charAt(digits))) {
                digits++;
            }
            if (digits == 0 || digits > 9 || digits == rest.length()) {
                return Optional.empty();
            }
            Long unit = SECONDS.get(rest.substring(digits, digits + 1));
            if (unit == null) {
                return Optional.empty();
            }
            seconds += Long.parseLong(rest.substring(0, digits)) * unit;
            rest = rest.substring(digits + 1);
            some = true;
        }
        return some ? Optional.of(Duration.ofSeconds(seconds)) : Optional.empty();
    }

    /** {@code 50MB}, {@code 1.5 GiB}, {@code 4096 B}. */
    static Optional<Long> bytes(String text) {
        String bare = text.replace(" ", "");
        for (Map.Entry<String, Long> unit : BYTES.entrySet()) {
            if (bare.toLowerCase(Locale.ROOT).endsWith(unit.getKey().toLowerCase(Locale.ROOT))) {
                String number = bare.substring(0, bare.length() - unit.getKey().length());
                if (!number.isEmpty()
                        && number.length() <= 12
                        && number.chars().allMatch(c -> c >= '0' && c <= '9' || c == '.')
                        && number.indexOf('.') == number.lastIndexOf('.')
                        && !number.startsWith(".")
                        && !number.endsWith(".")) {
                    return Optional.of(new BigDecimal(number)
                            .multiply(BigDecimal.valueOf(unit.getValue()))
                            .longValue());
                }
                return Optional.empty();
            }
        }
        return Optional.empty();
    }

    static String text(Duration duration) {
        long seconds = duration.toSeconds();
        for (Map.Entry<String, Long> unit : SECONDS.entrySet()) {
            if (seconds % unit.getValue() == 0 && seconds != 0) {
                return seconds / unit.getValue() + unit.getKey();
            }
        }
        return seconds + "s";
    }

    static String text(long bytes) {
        for (Map.Entry<String, Long> unit : BYTES.entrySet()) {
            if (bytes % unit.getValue() == 0 && bytes != 0) {
                return bytes / unit.getValue() + " " + unit.getKey();
            }
        }
        return bytes + " B";
    }
}
