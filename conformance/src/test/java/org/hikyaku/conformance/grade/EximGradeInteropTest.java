package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import org.hikyaku.conformance.serve.RootPorts;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.smtp.interop.EximSender;
import org.hikyaku.smtp.interop.EximSender.Fate;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real Exim with {@code hosts_try_dane}, graded in the served lab, comes out as it once did in another laboratory. */
@Tag("interop")
@Timeout(300)
class EximGradeInteropTest {
    /** Enough for each rule that Exim keeps or breaks; the whole catalogue takes four times as long. */
    private static final Set<String> SOME = Set.of(
            "dane-ee.example",
            "dane-ta-missing.example",
            "dane-mismatch.example",
            "dane-unusable-pkix.example",
            "dane-unsigned-host.example",
            "dane-ta-wrong-name.example",
            "dane-no-starttls.example",
            "dane-tlsa-bogus.example",
            "dane-first-mx-broken.example",
            "self-signed.example",
            "garbage.example",
            "null-mx.example",
            "dnssec-expired.example",
            "sts-mx-mismatch.example",
            "sts-wrong-name.example",
            "sts-no-starttls.example");

    /** What Exim said of each mail, and the lab's grade. */
    private record Run(Map<String, Fate> said, Grade grade) {}

    private static Run run(List<String> domains) throws Exception {
        EximSender.assumePossible();
        ConcurrentLinkedQueue<Sighting> seen = new ConcurrentLinkedQueue<>();
        ServeOptions options = ServeOptions.defaults().withAddresses(ServeOptions.Addresses.LOOPBACK);
        try (RootPorts root = RootPorts.assumed();
                ServedLab lab = ServedLab.start(options.withPorts(root.ports()), seen::add);
                EximSender exim = EximSender.prepare(
                        lab.resolver().getAddress(),
                        Pem.encode(lab.lab().caAnchors().certificates()),
                        root.ports().smtp())) {
            Map<String, Fate> said = exim.send(domains);
            return new Run(said, new Grader(CaseBook.of(options.catalogue())).grade(List.copyOf(seen), List.of()));
        }
    }

    @Test
    void eximComesOutAsItDidElsewhere() throws Exception {
        List<RecordedTable.Row> expected = RecordedTable.read("exim.txt").stream()
                .filter(r -> SOME.contains(r.domain()))
                .toList();

        Run run = run(expected.stream().map(RecordedTable.Row::domain).toList());

        assertThat(saidOf(run)).isEqualTo(outcomes(expected));
        assertThat(handedOver(run.grade(), expected)).isEqualTo(sent(expected, run.grade()));
        assertThat(broken(run.grade())).containsExactly("D12", "S7", "S8", "S19");
        assertThat(run.grade().areas().stream().filter(Grade.Score::practised).map(Grade.Score::area))
                .containsExactly(Area.DANE);
    }

    @Tag("long")
    @Test
    void eximOverTheWholeCatalogue() throws Exception {
        List<RecordedTable.Row> expected = RecordedTable.read("exim.txt");
        Set<String> all = new TreeSet<>(outcomes(expected).keySet());
        CaseBook.of(ServeOptions.defaults().catalogue()).forEach(c -> all.add(c.domain()));

        Run run = run(List.copyOf(all));

        run.said().keySet().retainAll(outcomes(expected).keySet());
        assertThat(saidOf(run)).isEqualTo(outcomes(expected));
        assertThat(handedOver(run.grade(), expected)).isEqualTo(sent(expected, run.grade()));
        assertThat(broken(run.grade())).containsExactly("D5", "D6", "D12", "D14", "D25", "S7", "S8", "S10", "S19");
    }

    private static Map<String, String> outcomes(List<RecordedTable.Row> rows) {
        return new TreeMap<>(
                rows.stream().collect(Collectors.toMap(RecordedTable.Row::domain, RecordedTable.Row::here)));
    }

    private static Map<String, String> saidOf(Run run) {
        Map<String, String> outcomes = new TreeMap<>();
        run.said().forEach((domain, fate) -> outcomes.put(domain, outcome(fate)));
        return outcomes;
    }

    private static String outcome(Fate fate) {
        return fate.status().equals("sent")
                ? switch (fate.verified().orElse("")) {
                    case "dane" -> "dane";
                    case "yes" -> "trusted";
                    case "no" -> "untrusted";
                    default -> "clear";
                }
                : fate.status();
    }

    /** Of those domains that are cases; a few show nothing but what is free. */
    private static Map<String, Boolean> sent(List<RecordedTable.Row> rows, Grade grade) {
        Map<String, Boolean> sent = new TreeMap<>();
        rows.forEach(r -> sent.put(r.domain(), !Set.of("deferred", "bounced").contains(r.here())));
        sent.keySet()
                .retainAll(grade.cases().stream().map(c -> c.subject().domain()).toList());
        return sent;
    }

    /** What the lab saw, by itself. */
    private static Map<String, Boolean> handedOver(Grade grade, List<RecordedTable.Row> rows) {
        Set<String> wanted = outcomes(rows).keySet();
        Map<String, Boolean> found = new TreeMap<>();
        for (CaseResult result : grade.cases()) {
            if (result.subject().probe() == Probe.ORDINARY
                    && wanted.contains(result.subject().domain())) {
                found.put(
                        result.subject().domain(),
                        result.story().stream().anyMatch(s -> s.contains("the mail handed over")));
            }
        }
        return found;
    }

    private static List<String> broken(Grade grade) {
        return grade.rules().stream()
                .filter(r -> r.standing() == Standing.BROKEN)
                .map(RuleResult::rule)
                .toList();
    }
}
