package org.hikyaku.tls.wire;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * One of IANA's tables of TLS numbers, read once from a data file that names its source and date.
 *
 * @param <T> what an entry says beyond number and name
 */
public final class Registry<T> {
    private final Map<Integer, T> entries;
    private final Function<T, String> name;
    private final int digits;

    private Registry(Map<Integer, T> entries, Function<T, String> name, int digits) {
        this.entries = entries;
        this.name = name;
        this.digits = digits;
    }

    /** Reads a table in this package: lines of tab-separated fields, the first the number in hexadecimal. */
    static <T> Registry<T> load(String resource, int digits, Function<String[], T> entry, Function<T, String> name) {
        Map<Integer, T> entries = new LinkedHashMap<>();
        try (InputStream in = Registry.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("the data file " + resource + " is missing from the jar");
            }
            BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] fields = line.split("\t", -1);
                    entries.put(Integer.parseInt(fields[0], 16), entry.apply(fields));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Registry<>(Collections.unmodifiableMap(entries), name, digits);
    }

    public Optional<T> find(int code) {
        return Optional.ofNullable(entries.get(code));
    }

    /** The registered name; {@code GREASE(0x1a1a)} or {@code unknown(0x1234)} for numbers that have none. */
    public String name(int code) {
        T entry = entries.get(code);
        if (entry != null) {
            return name.apply(entry);
        }
        boolean grease = digits == 4 && Grease.isGrease(code);
        // Half of a ClientHello's numbers may be GREASE, and String.format brings the locales in.
        return (grease ? "GREASE(0x" : "unknown(0x") + HexFormat.of().toHexDigits(code, digits) + ")";
    }

    /** All entries in order of their numbers. */
    public Collection<T> all() {
        return entries.values();
    }
}
