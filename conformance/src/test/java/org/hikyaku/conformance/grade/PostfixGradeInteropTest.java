package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.conformance.serve.RootPorts;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.smtp.interop.PostfixSender;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real Postfix at level {@code dane}, graded in the served lab, comes out as it once did in another laboratory. */
@Tag("interop")
@Timeout(300)
class PostfixGradeInteropTest {
    @Test
    void postfixComesOutAsItDidElsewhere() throws Exception {
        PostfixSender.assumePossible();
        Map<String, String> expected = expected();
        ConcurrentLinkedQueue<Sighting> seen = new ConcurrentLinkedQueue<>();
        ServeOptions options = ServeOptions.defaults().withAddresses(ServeOptions.Addresses.LOOPBACK);
        try (RootPorts root = RootPorts.assumed();
                ServedLab lab = ServedLab.start(options.withPorts(root.ports()), seen::add);
                PostfixSender postfix = PostfixSender.start(
                        lab.resolver().getAddress(),
                        Pem.encode(lab.lab().caAnchors().certificates()),
                        root.ports().smtp())) {
            assertThat(postfix.send(List.copyOf(expected.keySet()))).hasSameSizeAs(expected);
        }

        Grade grade = new Grader(CaseBook.of(options.catalogue())).grade(List.copyOf(seen), List.of());

        Map<String, String> found = new TreeMap<>();
        for (CaseResult result : grade.cases()) {
            if (result.subject().probe() == Probe.ORDINARY
                    && expected.containsKey(result.subject().domain())) {
                boolean handedOver = result.story().stream().anyMatch(s -> s.contains("the mail handed over"));
                found.put(result.subject().domain(), handedOver ? "sent" : "held");
            }
        }
        assertThat(found).isEqualTo(expected);
        // DANE is done rightly; MTA-STS not at all
        assertThat(grade.rules().stream()
                        .filter(r -> r.standing() == Standing.BROKEN)
                        .map(RuleResult::rule))
                .containsExactly("S7", "S8", "S19");
        assertThat(grade.areas().stream().filter(Grade.Score::practised).map(Grade.Score::area))
                .containsExactly(Area.DANE);
    }

    private static Map<String, String> expected() throws IOException {
        Map<String, String> all = new TreeMap<>();
        RecordedTable.read("postfix.txt").forEach(r -> all.put(r.domain(), r.here()));
        return all;
    }
}
