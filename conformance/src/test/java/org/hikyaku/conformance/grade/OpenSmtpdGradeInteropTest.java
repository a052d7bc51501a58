package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.net.BindException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.hikyaku.conformance.serve.RootPorts;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.smtp.interop.OpenSmtpdSender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real OpenSMTPD, which has neither DANE nor MTA-STS: the lab sees just that, and nothing that it does not do wrong. */
@Tag("interop")
@Timeout(300)
class OpenSmtpdGradeInteropTest {
    @Test
    void itSendsWhereNothingButDnsStandsInItsWay() throws Exception {
        OpenSmtpdSender.assumePossible();
        List<String> domains = List.of(
                "dane-ee.example",
                "dane-mismatch.example",
                "dane-no-starttls.example",
                "dane-no-mx.example",
                "dane-first-mx-broken.example",
                "plain.example",
                "sts-mx-mismatch.example",
                "sts-wrong-name.example",
                "sts-no-starttls.example",
                "dnssec-expired.example",
                "no-such-domain.example",
                "null-mx.example");
        ConcurrentLinkedQueue<Sighting> seen = new ConcurrentLinkedQueue<>();
        ServeOptions options = ServeOptions.defaults().withAddresses(ServeOptions.Addresses.LOOPBACK);
        Map<String, String> said;
        try (RootPorts root = RootPorts.assumed();
                ServedLab lab = ServedLab.start(
                        // it knows no other port of mail servers
                        options.withPorts(
                                new ServeOptions.Ports(53, 53, 25, root.ports().https())),
                        seen::add);
                OpenSmtpdSender sender = OpenSmtpdSender.start(lab.resolver().getAddress())) {
            said = sender.send(domains);
        } catch (BindException e) {
            abort("port 25 is somebody else's: " + e.getMessage());
            return;
        }

        assertThat(said)
                .containsEntry("dnssec-expired.example", "TempFail")
                .containsEntry("no-such-domain.example", "PermFail")
                // RFC 7505 wants it returned
                .containsEntry("null-mx.example", "TempFail");
        assertThat(said.values().stream().filter("Ok"::equals)).hasSize(9);
        Grade grade = new Grader(CaseBook.of(options.catalogue())).grade(List.copyOf(seen), List.of());
        assertThat(grade.rules().stream()
                        .filter(r -> r.standing() == Standing.BROKEN)
                        .map(RuleResult::rule))
                .containsExactly("D9", "D11", "S7", "S8", "S19");
        assertThat(grade.areas()).noneMatch(Grade.Score::practised);
    }
}
