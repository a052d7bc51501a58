package org.hikyaku.tls.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One of IANA's tables of TLS numbers, read once from a data file that names its source and date; an entry is taken apart when it is
 * asked for, since most never are. Safe for use by many threads.
 *
 * @param <T> what an entry says beyond number and name
 */
public final class Registry<T> {
    private final Map<Integer, String> lines;
    private final Map<Integer, T> entries = new ConcurrentHashMap<>();
    private final Function<String[], T> entry;
    private final Function<T, String> name;
    private final int digits;

    private Registry(Map<Integer, String> lines, Function<String[], T> entry, Function<T, String> name, int digits) {
        this.lines = lines;
        this.entry = entry;
        this.name = name;
        this.digits = digits;
    }

    /** Reads a table in this package: lines of tab-separated fields, the first the number in hexadecimal. */
    static <T> Registry<T> load(String resource, int digits, Function<String[], T> entry, Function<T, String> name) {
        Map<Integer, String> lines = new LinkedHashMap<>();
        try (InputStream in = Registry.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + resource + " is missing from the jar");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (int from = 0; from < text.length(); ) {
                int end = text.indexOf('\n', from);
                int to = end < 0 ? text.length() : end;
                if (to > from && text.charAt(from) != '#') {
                    lines.put(Integer.parseInt(text, from, text.indexOf('\t', from), 16), text.substring(from, to));
                }
                from = to + 1;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Registry<>(lines, entry, name, digits);
    }

    public Optional<T> find(int code) {
        return Optional.ofNullable(entry(code));
    }

    private @Nullable T entry(int code) {
        T known = entries.get(code);
        if (known != null) {
            return known;
        }
        String line = lines.get(code);
        return line == null ? null : entries.computeIfAbsent(code, _ -> entry.apply(line.split("\t", -1)));
    }

    /** The registered name; {@code GREASE(0x1a1a)} or {@code unknown(0x1234)} for numbers that have none. */
    public String name(int code) {
        T known = entry(code);
        if (known != null) {
            return name.apply(known);
        }
        boolean grease = digits == 4 && Grease.isGrease(code);
        // Half of a ClientHello's numbers may be GREASE, and String.format brings the locales in.
        return (grease ? "GREASE(0x" : "unknown(0x") + HexFormat.of().toHexDigits(code, digits) + ")";
    }

    /** All entries in order of their numbers. */
    public List<T> all() {
        return lines.keySet().stream().map(code -> find(code).orElseThrow()).toList();
    }
}
