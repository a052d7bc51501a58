package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.lab.LabDomain;
import org.junit.jupiter.api.Test;

/** What is measured against {@code expected.txt}, which was written by hand before. */
class ExpectedTableTest {

    @Test
    void everyCellIsAsWrittenDown() throws Exception {
        Map<String, Map<String, String>> expected = expected();
        try (LabAttack attacks = LabAttack.start(java.time.InstantSource.system())) {
            List<LabDomain> receivers = expected.keySet().stream()
                    .map(attacks.lab().catalogue()::domain)
                    .toList();
            List<Scene> scenes = attacks.playAll(receivers, Attacks.all(), Arrays.asList(Sender.values()), scene -> {});
            List<String> wrong = new ArrayList<>();
            Map<String, Map<String, StringBuilder>> measured = new TreeMap<>();
            for (Scene scene : scenes) {
                String row = Objects.requireNonNull(
                        Objects.requireNonNull(expected.get(scene.receiver().text()))
                                .get(scene.attack().id()));
                char letter = row.charAt(scene.sender().ordinal());
                if (letter != letter(scene)) {
                    wrong.add(scene.receiver().text() + ", " + scene.attack().id() + ", "
                            + scene.sender().id() + ": " + letter + " expected, " + letter(scene) + " measured. "
                            + scene.evidence() + " " + scene.said());
                }
                measured.computeIfAbsent(scene.receiver().text(), r -> new TreeMap<>())
                        .computeIfAbsent(scene.attack().id(), a -> new StringBuilder())
                        .append(letter(scene));
            }
            assertThat(wrong).isEmpty();
            assertThat(measured.keySet()).isEqualTo(new java.util.TreeSet<>(expected.keySet()));
            measured.values()
                    .forEach(rows -> assertThat(rows)
                            .hasSize(Attacks.all().size())
                            .allSatisfy((attack, row) -> assertThat(row).hasSize(Sender.values().length)));
        }
    }

    private static char letter(Scene scene) {
        String letter = switch (scene.outcome()) {
            case SAFE -> "S";
            case HELD_BACK -> "H";
            case READ -> "R";
            case CHANGED -> "C";
            case DIVERTED -> "D";
        };
        return (scene.reported() ? letter.toLowerCase(Locale.ROOT) : letter).charAt(0);
    }

    /** Receiver, attack, letters. */
    static Map<String, Map<String, String>> expected() throws IOException {
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        String text;
        try (InputStream file = Objects.requireNonNull(ExpectedTableTest.class.getResourceAsStream("expected.txt"))) {
            text = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        Map<String, String> rows = Map.of();
        for (String line : text.lines().toList()) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            if (!line.startsWith(" ")) {
                rows = new LinkedHashMap<>();
                all.put(line.strip(), rows);
            } else {
                String[] words = line.strip().split("\\s+");
                assertThat(words).as(line).hasSize(2);
                assertThat(rows.put(words[0], words[1])).as(line).isNull();
            }
        }
        return all;
    }
}
