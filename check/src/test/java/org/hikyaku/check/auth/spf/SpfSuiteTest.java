package org.hikyaku.check.auth.spf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.check.auth.MapAsker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * The test suite of openspf.org, somebody else's measure. Its cases are of mails; read statically, a case says two
 * things: where every mail must come to "permerror", our reading must say so; where some mail does not, the domain's
 * own record has no error of syntax ("syntax errors anywhere in the record MUST be detected", RFC 7208 section 4.6).
 */
class SpfSuiteTest {
    /** The suite leaves the result open; we say that no query can be made of these names. */
    private static final Set<String> OPEN = Set.of("invalid-domain-empty-label", "invalid-domain-long");

    /** A case of the suite. */
    record Case(String name, String domain, Set<String> results, Map<String, List<Object>> zone) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() throws IOException {
        String yaml;
        try (InputStream file = Objects.requireNonNull(SpfSuiteTest.class.getResourceAsStream("rfc7208-tests.yml"))) {
            yaml = new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
        List<Case> cases = new ArrayList<>();
        for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(yaml)) {
            Map<String, List<Object>> zone = new LinkedHashMap<>();
            map(map(document).get("zonedata"))
                    .forEach((name, entries) ->
                            zone.put(String.valueOf(name).toLowerCase(Locale.ROOT), List.copyOf((List<?>) entries)));
            map(map(document).get("tests")).forEach((name, test) -> {
                Map<?, ?> facts = map(test);
                String from = String.valueOf(facts.get("mailfrom"));
                String domain =
                        from.isEmpty() ? String.valueOf(facts.get("helo")) : from.substring(from.lastIndexOf('@') + 1);
                Object result = Objects.requireNonNull(facts.get("result"));
                Set<String> results = result instanceof List<?> several
                        ? Set.copyOf(several.stream().map(String::valueOf).toList())
                        : Set.of(String.valueOf(result));
                cases.add(new Case(String.valueOf(name), domain, results, zone));
            });
        }
        return cases.stream();
    }

    private static Map<?, ?> map(@org.jspecify.annotations.Nullable Object value) {
        return (Map<?, ?>) Objects.requireNonNull(value);
    }

    /** The suite's zones: SPF entries stand for TXT, unless the name has TXT entries of its own. */
    private static MapAsker dns(Map<String, List<Object>> zone) {
        MapAsker dns = new MapAsker();
        zone.forEach((name, entries) -> {
            boolean ownTexts = entries.stream().anyMatch(e -> e instanceof Map<?, ?> m && m.containsKey("TXT"));
            for (Object entry : entries) {
                if (entry.equals("TIMEOUT")) {
                    if (!ownTexts || entries.toString().contains("TXT=NONE")) {
                        dns.failing(escaped(name));
                    }
                    continue;
                }
                map(entry).forEach((type, value) -> add(dns, escaped(name), String.valueOf(type), value, ownTexts));
            }
        });
        return dns;
    }

    private static void add(MapAsker dns, String name, String type, Object value, boolean ownTexts) {
        switch (type) {
            case "SPF", "TXT" -> {
                if ((type.equals("TXT") || !ownTexts) && !value.equals("NONE")) {
                    dns.text(
                            name,
                            value instanceof List<?> chunks
                                    ? String.join(
                                            "",
                                            chunks.stream().map(String::valueOf).toList())
                                    : String.valueOf(value));
                }
            }
            case "MX" -> {
                List<?> mx = (List<?>) value;
                String host = String.valueOf(mx.get(1));
                dns.with(name + " MX " + mx.get(0) + " " + (host.isEmpty() ? "." : escaped(host)));
            }
            default -> dns.with(name + " " + type + " " + escaped(String.valueOf(value)));
        }
    }

    private static String escaped(String name) {
        return name.replace(" ", "\\032");
    }

    private static SpfReport read(Case one) throws TextParseException {
        return SpfReader.read(Name.fromString(one.domain(), Name.root), dns(one.zone()));
    }

    static Stream<Case> permanentErrors() throws IOException {
        return cases().filter(c -> c.results().equals(Set.of("permerror")));
    }

    static Stream<Case> others() throws IOException {
        return cases().filter(
                        c -> !c.results().contains("permerror") && !c.results().contains("none"))
                .filter(c -> !c.results().contains("temperror"));
    }

    static Stream<Case> none() throws IOException {
        return cases().filter(c -> c.results().equals(Set.of("none")))
                .filter(c -> c.domain().indexOf('[') < 0
                        && c.domain().indexOf("..") < 0
                        && c.domain().length() < 64);
    }

    @ParameterizedTest
    @MethodSource("permanentErrors")
    void errorsOfTheSuiteAreFound(Case one) throws TextParseException {
        SpfReport report = read(one);

        assertThat(report.isPermanentError()).as("%s: %s", one.domain(), report).isTrue();
    }

    @ParameterizedTest
    @MethodSource("others")
    void recordsOfTheSuiteThatAreRightHaveNoErrorOfSyntax(Case one) throws TextParseException {
        SpfReport report = read(one);

        assertThat(report.selection()).isInstanceOf(SpfSelection.Found.class);
        assertThat(report.problems(SpfProblem.Kind.SYNTAX).stream()
                        .filter(p -> p.domain().equals(report.domain())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("none")
    void whereTheSuiteFindsNoRecordNeitherDoWe(Case one) throws TextParseException {
        assertThat(read(one).selection()).isInstanceOf(SpfSelection.None.class);
    }

    @Test
    void openCasesAreErrorsHere() throws IOException, TextParseException {
        for (Case one : cases().filter(c -> OPEN.contains(c.name())).toList()) {
            assertThat(read(one).has(SpfProblem.Kind.SYNTAX)).as(one.name()).isTrue();
        }
    }

    @Test
    void theSuiteIsWhole() throws IOException {
        assertThat(cases()).hasSize(203);
    }
}
