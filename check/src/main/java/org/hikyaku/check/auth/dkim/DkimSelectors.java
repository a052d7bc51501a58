package org.hikyaku.check.auth.dkim;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * Selectors that many senders use, from {@code selectors.txt}.
 *
 * @param batches the second is tried only when nothing was found at the first
 */
public record DkimSelectors(List<List<String>> batches) {
    public DkimSelectors {
        batches = List.copyOf(batches);
    }

    /** The list that comes with Hikyaku. */
    public static DkimSelectors common() {
        try (InputStream file = Objects.requireNonNull(
                DkimSelectors.class.getResourceAsStream("selectors.txt"), "selectors.txt is part of the jar")) {
            return parse(new String(file.readAllBytes(), StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One batch from what a user names. */
    public static DkimSelectors given(List<String> selectors) {
        return new DkimSelectors(List.of(List.copyOf(selectors)));
    }

    private static DkimSelectors parse(String text) {
        List<List<String>> batches = new ArrayList<>();
        List<String> batch = new ArrayList<>();
        for (String line : text.lines().toList()) {
            String selector = line.split("#", 2)[0].strip();
            if (!selector.isEmpty()) {
                batch.add(selector);
            } else if (line.isBlank() && !batch.isEmpty()) {
                batches.add(List.copyOf(batch));
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            batches.add(List.copyOf(batch));
        }
        return new DkimSelectors(batches);
    }
}
