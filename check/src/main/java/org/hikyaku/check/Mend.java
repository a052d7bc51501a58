package org.hikyaku.check;

import java.util.List;

/**
 * What mends a finding.
 *
 * @param action what to do, a phrase that fits after the subject and a colon, without a final stop: {@code publish the
 *     TLSA record of its present key}
 * @param lines the exact records, settings or file to put there, one a line; empty when the action says all
 */
public record Mend(String action, List<String> lines) {
    public Mend {
        lines = List.copyOf(lines);
    }

    public static Mend of(String action, String... lines) {
        return new Mend(action, List.of(lines));
    }
}
