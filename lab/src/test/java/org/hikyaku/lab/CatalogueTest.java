package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Collectors;
import org.hikyaku.lab.Expectation.Requirement;
import org.hikyaku.lab.Expectation.Route;
import org.hikyaku.lab.Expectation.Status;
import org.hikyaku.lab.Expectation.Sts;
import org.hikyaku.lab.Expectation.Verdict;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;

class CatalogueTest {
    private final Catalogue catalogue = Catalogue.builtIn();

    @Test
    void itHoldsAtLeastFortyFiveDomainsAndNoneTwice() {
        assertThat(catalogue.domains()).hasSizeGreaterThanOrEqualTo(45);
        assertThat(catalogue.domains().stream().map(LabDomain::name).collect(Collectors.toSet()))
                .hasSameSizeAs(catalogue.domains());
    }

    @Test
    void aJudgementIsReadAsItStandsInTheFile() {
        Expectation expectation = catalogue.domain("sts-wildcard.example").expectation();

        assertThat(expectation.route()).isEqualTo(Route.DELIVER);
        assertThat(expectation.sts()).isEqualTo(Sts.ENFORCE);
        assertThat(expectation.errors()).containsExactly("sts-mx-mismatch");
        Expectation.Host deep = expectation.hosts().get(Name.fromConstantString("mx.deep.sts-wildcard.example."));
        assertThat(deep).isNotNull();
        assertThat(deep.dnssec()).isEqualTo(Status.SECURE);
        assertThat(deep.requirement()).isEqualTo(Requirement.REFUSE);
        assertThat(deep.verdicts()).containsExactly(Verdict.REFUSED);
        assertThat(deep.rule()).contains("S7");
        assertThat(deep.resultType()).contains("validation-failure");
    }

    @Test
    void aJudgementSharedByAnAnchorIsReadForEachDomain() {
        assertThat(catalogue.domain("sts-redirect.example").expectation().sts()).isEqualTo(Sts.FETCH_ERROR);
        assertThat(catalogue.domain("unsigned-nsec3.jp").expectation().hosts())
                .containsOnlyKeys(Name.fromConstantString("mx.unsigned-nsec3.jp."));
    }

    @Test
    void everyDomainThatTakesMailNamesItsHostsAndEveryRefusalItsRule() {
        for (LabDomain domain : catalogue.domains()) {
            Expectation expectation = domain.expectation();
            assertThat(expectation.hosts().isEmpty()).as(domain.text()).isEqualTo(expectation.route() != Route.DELIVER);
            expectation.hosts().forEach((name, host) -> {
                boolean refused = host.verdicts().contains(Verdict.REFUSED);
                boolean nowhere = name.toString().startsWith("gone.");
                assertThat(host.rule().isPresent()).as(domain.text()).isEqualTo(refused && !nowhere);
            });
        }
    }

    @Test
    void aWrongWordIsAnsweredWithThePlaceAndTheWordsAllowed() {
        String yaml = """
                format: 1
                domains:
                  - domain: a.example
                    about: x
                    judgement: y
                    expect: {route: perhaps}
                """;

        assertThatThrownBy(() -> Catalogue.parse(yaml))
                .isInstanceOf(CatalogueException.class)
                .hasMessage("a.example, expect: \"route\" is \"perhaps\", but must be one of [deliver, no-mail, wait]");
    }

    @Test
    void aKeyThatNobodyReadsIsAnError() {
        String yaml = """
                format: 1
                domains:
                  - domain: a.example
                    about: x
                    judgement: y
                    hostz: []
                    expect: {}
                """;

        assertThatThrownBy(() -> Catalogue.parse(yaml)).hasMessage("a.example: unknown key [hostz]");
    }
}
