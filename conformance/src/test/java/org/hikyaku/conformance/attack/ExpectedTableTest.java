package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.hikyaku.check.matrix.Cell;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.lab.LabDomain;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.xbill.DNS.Name;

/**
 * What is measured, against {@code expected.txt}, which was written by hand before, and against what {@code check} derives for
 * the same domains.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExpectedTableTest {
    private List<Scene> scenes = List.of();
    private Map<Name, ThreatMatrix> derived = Map.of();

    @BeforeAll
    void play() throws Exception {
        try (LabAttack attacks = LabAttack.start(InstantSource.system())) {
            List<LabDomain> receivers = expected().keySet().stream()
                    .map(attacks.lab().catalogue()::domain)
                    .toList();
            scenes = attacks.playAll(receivers, Attacks.all(), List.of(Sender.values()), scene -> {});
            derived = attacks.derived(receivers);
        }
    }

    @Test
    void everyCellIsAsWrittenDown() throws Exception {
        Map<String, Map<String, String>> measured = new LinkedHashMap<>();
        List<String> wrong = new ArrayList<>();
        Map<String, Map<String, String>> expected = expected();
        for (Scene scene : scenes) {
            char wanted = Objects.requireNonNull(
                            Objects.requireNonNull(expected.get(scene.receiver().text()))
                                    .get(scene.attack().id()))
                    .charAt(List.of(Sender.values()).indexOf(scene.sender()));
            if (wanted != letter(scene)) {
                wrong.add(scene.receiver().text() + ", " + scene.attack().id() + ", "
                        + scene.sender().id() + ": " + wanted + " expected, " + letter(scene) + " measured. "
                        + scene.evidence() + " " + scene.said());
            }
            measured.computeIfAbsent(scene.receiver().text(), r -> new LinkedHashMap<>())
                    .merge(scene.attack().id(), String.valueOf(letter(scene)), String::concat);
        }
        assertThat(wrong).isEmpty();
        assertThat(measured).as("nothing left out").isEqualTo(expected);
    }

    @Test
    void theMatrixOfCheckIsTheSame() {
        Map<Name, List<Scene>> byReceiver = scenes.stream()
                .collect(Collectors.groupingBy(s -> s.receiver().name(), LinkedHashMap::new, Collectors.toList()));
        assertThat(derived.keySet()).isEqualTo(byReceiver.keySet());
        byReceiver.forEach((name, ofOne) -> {
            ThreatMatrix matrix = Objects.requireNonNull(derived.get(name));
            MeasuredMatrix measured = new MeasuredMatrix(ofOne);
            for (Cell cell : matrix.cells()) {
                assertThat(measured.state(cell.sender(), cell.attacker()))
                        .as("%s, %s, %s: %s", name, cell.sender(), cell.attacker(), cell.sentence())
                        .contains(cell.state());
            }
        });
    }

    /** An attacker reaches what the matrix says that such an attacker reaches, in the same way. */
    @Test
    void theHarmIsTheSame() {
        for (Scene scene : scenes) {
            if (scene.outcome().isExposed() && scene.attack().kind().isPresent()) {
                Outcome harm = switch (scene.attack().kind().get().harm()) {
                    case READ -> Outcome.READ;
                    case CHANGED -> Outcome.CHANGED;
                    case DIVERTED -> Outcome.DIVERTED;
                };
                assertThat(scene.outcome()).as(scene.attack().id()).isEqualTo(harm);
            }
        }
    }

    /** Where the certificate is good enough, it is the missing keyword that holds the mail back. */
    @Test
    void aStrippedRequireTlsIsMissed() {
        List<Scene> authenticated = scenes.stream()
                .filter(s -> s.attack().id().equals("strip-requiretls")
                        && s.receiver().text().equals("sts-enforce.example")
                        && (s.sender() == Sender.STS_KNOWN || s.sender() == Sender.BOTH))
                .toList();
        assertThat(authenticated)
                .hasSize(2)
                .allSatisfy(s -> assertThat(s.rule()).as(s.said()).contains("Q6"));
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
