package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The pinned list: tool, server, subject, only theirs, only ours, reason. */
final class Disagreements {

    /** One line of the list. */
    record Disagreement(String tool, String server, String subject, String onlyTheirs, String onlyOurs, String reason) {
        String difference() {
            return subject + "\t" + onlyTheirs + "\t" + onlyOurs;
        }
    }

    private Disagreements() {}

    static List<Disagreement> all() throws IOException {
        try (InputStream file = Objects.requireNonNull(Disagreements.class.getResourceAsStream("disagreements.tsv"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(l -> !l.startsWith("#") && !l.isBlank())
                    .map(l -> l.split("\t", -1))
                    .map(f -> new Disagreement(f[0], f[1], f[2], f[3], f[4], f[5]))
                    .toList();
        }
    }

    /** Neither more nor fewer than the list has. */
    static void assertAsPinned(String tool, String server, View theirs, View ours) throws IOException {
        Set<String> pinned = all().stream()
                .filter(d -> d.tool().equals(tool) && d.server().equals(server))
                .map(Disagreement::difference)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(theirs.differences(ours))
                .as("%s and Hikyaku on %s: subject, only theirs, only ours", tool, server)
                .isEqualTo(pinned);
    }
}
