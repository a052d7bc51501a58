package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every rule about senders is shown by a domain of the catalogue, or there is a reason why nobody outside of the sender can
 * see whether it is kept.
 */
class RulesShownTest {
    private static final String CHANGES = "takes a policy, record or network that changes while the lab runs";
    private static final String RECEIVER = "is about whoever receives reports, not about who sends mail";
    private static final String PUBLISHER = "is about whoever publishes records, not about who sends mail";
    private static final String SETTING = "is about a setting of the sender's own";

    /** Rules that cannot be seen from outside, each with the reason. */
    private static final Map<String, String> UNSEEN = Map.ofEntries(
            Map.entry("D8", SETTING + ": a custom route; 'lab serve --smtp-port' puts all records under that port"),
            Map.entry("D24", "takes a resolver that strips signatures between the sender and the lab"),
            Map.entry("D27", "takes a server with a raw public key, which the lab does not have"),
            Map.entry("S18", PUBLISHER),
            Map.entry("S20", PUBLISHER),
            Map.entry("T15", RECEIVER),
            Map.entry("T19", "takes a second day of reports"),
            Map.entry("T22", CHANGES),
            Map.entry("T23", CHANGES),
            Map.entry("T24", RECEIVER),
            Map.entry("Q11", "is the order of two steps inside the sender; what comes of it is Q9"),
            Map.entry("Q12", SETTING + ": a route with TLS from the first byte"),
            Map.entry("Q14", SETTING),
            Map.entry("Q15", "is about aliases and lists of the sender's own users"));

    private static final Map<String, Integer> SERIES = Map.of("D", 31, "S", 21, "T", 25, "Q", 15);

    private static List<String> all() {
        return SERIES.entrySet().stream()
                .flatMap(s -> IntStream.rangeClosed(1, s.getValue()).mapToObj(n -> s.getKey() + n))
                .toList();
    }

    @Test
    void everyRuleIsShownByADomainOrCannotBeSeenFromOutside() {
        Map<String, List<String>> shown = Catalogue.builtIn().domains().stream()
                .flatMap(d -> d.rules().stream().map(r -> Map.entry(r, d.text())))
                .collect(Collectors.groupingBy(
                        Map.Entry::getKey, Collectors.mapping(Map.Entry::getValue, Collectors.toList())));
        List<String> faults = new ArrayList<>();
        for (String rule : all()) {
            if (shown.containsKey(rule) == UNSEEN.containsKey(rule)) {
                faults.add(rule + (shown.containsKey(rule) ? " is shown, and also excused" : " is shown by no domain"));
            }
        }

        assertThat(faults).isEmpty();
        assertThat(all()).containsAll(UNSEEN.keySet());
    }

    @Test
    void noDomainNamesARuleThatThereIsNot() {
        Set<String> known = Stream.concat(all().stream(), Stream.of("X")).collect(Collectors.toSet());
        Set<String> unknown = Catalogue.builtIn().domains().stream()
                .flatMap(d -> d.rules().stream())
                .filter(r -> !r.startsWith("RFC ") && !known.contains(r))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(unknown).isEmpty();
    }

    @Test
    void everyDomainAboutRequireTlsSaysWhatBecomesOfSuchAMail() {
        assertThat(Catalogue.builtIn().domains().stream()
                        .filter(d -> d.text().startsWith("requiretls-"))
                        .filter(d -> d.expectation().requireTls().isEmpty())
                        .map(LabDomain::text))
                .isEmpty();
    }
}
