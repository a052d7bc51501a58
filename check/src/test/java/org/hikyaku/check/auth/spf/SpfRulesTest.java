package org.hikyaku.check.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.auth.MapAsker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every rule of RFC 7208 that a static reading can decide, by the table in {@code rules.txt}. */
class SpfRulesTest {

    /** One line of the table. */
    record Rule(String section, String expected, String text) {
        @Override
        public String toString() {
            return section + " " + text;
        }
    }

    private static List<String> lines() throws IOException {
        try (InputStream file = Objects.requireNonNull(SpfRulesTest.class.getResourceAsStream("rules.txt"))) {
            return new String(file.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();
        }
    }

    static Stream<Rule> rules() throws IOException {
        return lines().stream()
                .filter(l -> !l.startsWith("#") && !l.startsWith("@") && !l.isBlank())
                .map(l -> {
                    String[] parts = l.split(" \\| ", 3);
                    return new Rule(parts[0], parts[1], parts[2]);
                });
    }

    private static MapAsker dns() throws IOException {
        MapAsker dns = new MapAsker();
        lines().stream().filter(l -> l.startsWith("@ ")).forEach(l -> dns.with(l.substring(2)));
        return dns;
    }

    @ParameterizedTest
    @MethodSource("rules")
    void aReadingSaysOfTheRecordWhatTheTableSays(Rule rule) throws IOException {
        MapAsker dns = dns().text("d.example", rule.text());
        SpfReport report = SpfReader.read(MapAsker.name("d.example"), dns);

        if (rule.expected().equals("none")) {
            assertThat(report.selection()).isInstanceOf(SpfSelection.None.class);
            return;
        }
        assertThat(report.selection()).isInstanceOf(SpfSelection.Found.class);
        Set<String> kinds =
                report.problems().stream().map(p -> p.kind().name()).collect(Collectors.toCollection(TreeSet::new));
        Set<String> expected = rule.expected().equals("ok")
                ? Set.of()
                : Arrays.stream(rule.expected().split("\\+")).collect(Collectors.toSet());
        assertThat(kinds).as(report.problems().toString()).isEqualTo(expected);
    }

    @Test
    void everySectionWithRulesHasCasesOfBothKinds() throws IOException {
        List<Rule> all = rules().toList();
        for (String section : List.of(
                "3.1", "4.5", "4.6.1", "4.6.2", "4.6.4", "4.8", "5.1", "5.2", "5.3", "5.4", "5.6", "5.7", "6.1", "6.2",
                "7.3")) {
            assertThat(all)
                    .as(section)
                    .anyMatch(r -> r.section().equals(section) && r.expected().equals("ok"));
            assertThat(all)
                    .as(section)
                    .anyMatch(r -> r.section().equals(section) && !r.expected().equals("ok"));
        }
    }
}
