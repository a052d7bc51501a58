package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The rules that a sender's conduct can show, in order, each with what it says in a sentence. */
final class Rules {
    private final Map<String, String> titles;

    private Rules(Map<String, String> titles) {
        this.titles = titles;
    }

    /** As they stand in {@code rules.txt}. */
    static Rules builtIn() {
        try (InputStream file =
                Objects.requireNonNull(Rules.class.getResourceAsStream("rules.txt"), "rules.txt is part of the jar")) {
            Map<String, String> titles = new LinkedHashMap<>();
            for (String line : new String(file.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#") && !line.isBlank()) {
                    String[] parts = line.split(" ", 2);
                    titles.put(parts[0], parts[1]);
                }
            }
            return new Rules(titles);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Number and sentence, in order. */
    Map<String, String> all() {
        return titles;
    }
}
