package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.lab.Catalogue;
import org.junit.jupiter.api.Test;

class CaseBookTest {
    private static final Catalogue CATALOGUE = Catalogue.builtIn();
    private static final List<Case> CASES = CaseBook.of(CATALOGUE);

    private static Case named(String title) {
        return CASES.stream().filter(c -> c.title().equals(title)).findFirst().orElseThrow();
    }

    @Test
    void whatMustBeDoneAndWhichRuleThatDecides() {
        // by hand, from docs/rules.md
        Map<String, String> expected = new TreeMap<>(Map.ofEntries(
                Map.entry("dane-ee.example", "DELIVER D11"),
                Map.entry("dane-mismatch.example", "HOLD D11"),
                Map.entry("dane-agility-reverse.example", "HOLD D25"),
                Map.entry("dane-ta-missing.example", "HOLD D14"),
                Map.entry("dane-tlsa-servfail.example", "HOLD D1"),
                Map.entry("dane-no-starttls.example", "HOLD D9"),
                Map.entry("dane-tls10.example", "FREE -"),
                Map.entry("dane-unsigned-host.example", "DELIVER D3"),
                Map.entry("null-mx.example", "RETURN D20"),
                Map.entry("mx-servfail.example", "HOLD D1"),
                Map.entry("no-starttls.example", "FREE -"),
                Map.entry("sts-mx-mismatch.example", "HOLD S7"),
                Map.entry("sts-cn-only.example", "HOLD S10"),
                Map.entry("sts-testing-mismatch.example", "DELIVER S12"),
                Map.entry("sts-none.example", "DELIVER S13"),
                Map.entry("sts-foreign-dane.test", "HOLD S1"),
                Map.entry("port-refused.example", "FREE -")));
        Map<String, String> found = new TreeMap<>();
        expected.keySet()
                .forEach(d ->
                        found.put(d, named(d).must() + " " + named(d).rule().orElse("-")));

        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everyRuleOfTheCasesHasATitleAndEveryDomainOfTheTableIsThere() {
        List<String> rules = CASES.stream()
                .flatMap(c -> c.blame().values().stream().flatMap(List::stream))
                .distinct()
                .toList();

        assertThat(Rules.builtIn().all()).containsKeys(rules.toArray(String[]::new));
        assertThat(CATALOGUE.domains().stream().map(d -> d.text()).toList()).containsAll(CaseTable.domains());
    }

    @Test
    void everyRuleOfDaneAndMtaStsIsDecidedSomewhere() {
        List<String> decided = CASES.stream()
                .flatMap(c -> Stream.concat(
                        c.blame().values().stream().flatMap(List::stream),
                        c.hosts().stream().flatMap(h -> h.sniRule().stream())))
                .distinct()
                .toList();

        assertThat(Rules.builtIn().all().keySet().stream()
                        .filter(r -> r.startsWith("D") || r.startsWith("S"))
                        .collect(Collectors.toSet()))
                .isEqualTo(decided.stream()
                        .filter(r -> r.startsWith("D") || r.startsWith("S"))
                        .collect(Collectors.toSet()));
    }

    @Test
    void aCaseThatMustBeDeliveredHasAHostThatMayHaveIt() {
        assertThat(CASES)
                .filteredOn(c -> c.must() == Must.DELIVER)
                .allSatisfy(c -> assertThat(c.hosts().stream().anyMatch(h -> h.use() == Case.Use.YES))
                        .as(c.title())
                        .isTrue());
        assertThat(named("dane-ee.example").hosts().getFirst().sni()).isEqualTo(Optional.of("mx.dane-ee.example"));
    }
}
