package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Expectation.Status;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/** The project's own validator comes to what the catalogue says of every domain and host. */
class ValidationTest {

    @Test
    void theValidatorAgreesWithTheCatalogueAboutEveryDomain() throws Exception {
        List<String> differences = new ArrayList<>();
        int compared = 0;
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            Lookup validator = validator(lab);
            for (LabDomain domain : lab.catalogue().domains()) {
                Expectation expectation = domain.expectation();
                Answer mx = validator.lookup(domain.name(), Type.MX);
                compare(domain.text() + " MX", expectation.dnssec(), status(mx), mx, differences);
                if (mx instanceof Answer.Bogus bogus
                        && expectation.extendedError().isPresent()
                        && bogus.reason().code().code()
                                != expectation.extendedError().getAsInt()) {
                    differences.add(domain.text() + ": " + bogus.reason());
                }
                for (Name host : expectation.hosts().keySet()) {
                    Answer a = validator.lookup(host, Type.A);
                    Answer aaaa = validator.lookup(host, Type.AAAA);
                    Answer best = status(aaaa) == Status.SECURE ? aaaa : a; // D4
                    Expectation.Host expected = expectation.hosts().get(host);
                    compare(
                            domain.text() + ": addresses of " + host,
                            expected.dnssec(),
                            status(best),
                            best,
                            differences);
                    compared++;
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(compared).isGreaterThan(100);
    }

    @Test
    void anAnswerThatIsValidOnlyThanksToTheToleranceSaysSo() throws Exception {
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            Lookup validator = validator(lab);

            assertThat(validator.lookup(Name.fromConstantString("dnssec-skew.example."), Type.MX))
                    .isInstanceOfSatisfying(
                            Answer.Secure.class,
                            a -> assertThat(a.proof().thanksToSkew()).isTrue());
            assertThat(validator.lookup(Name.fromConstantString("dane-ee.example."), Type.MX))
                    .isInstanceOfSatisfying(
                            Answer.Secure.class,
                            a -> assertThat(a.proof().thanksToSkew()).isFalse());
        }
    }

    @Test
    void aForgedAddressIsBogusInASignedZoneAndBelievedInAnUnsignedOne() throws Exception {
        InetAddress attackers = InetAddress.getByName("198.51.100.66");
        DnsAttacker forger = (question, honest) -> {
            if (question.type() == Type.A && honest instanceof Reply.Received received) {
                Message message = received.message();
                for (Record real : List.copyOf(message.getSection(Section.ANSWER))) {
                    if (real instanceof ARecord) {
                        message.removeRecord(real, Section.ANSWER);
                        message.addRecord(
                                new ARecord(real.getName(), DClass.IN, real.getTTL(), attackers), Section.ANSWER);
                    }
                }
            }
            return honest;
        };
        try (Lab lab = Lab.start(LabOptions.defaults())) {
            Lookup deceived = new ValidatingResolver(
                    lab.resolver(forger), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());

            assertThat(deceived.lookup(Name.fromConstantString("mx.dane-ee.example."), Type.A))
                    .isInstanceOf(Answer.Bogus.class);
            assertThat(deceived.lookup(Name.fromConstantString("mx.unsigned.example."), Type.A))
                    .isInstanceOfSatisfying(
                            Answer.Insecure.class,
                            a -> assertThat(a.content().recordsOrNone())
                                    .map(Record::rdataToString)
                                    .containsExactly("198.51.100.66"));
        }
    }

    private static Lookup validator(Lab lab) {
        return new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), lab.clock());
    }

    private static void compare(String what, Status expected, Status actual, Answer answer, List<String> differences) {
        if (expected != actual) {
            differences.add(what + ": the catalogue says " + expected + ", the validator " + answer);
        }
    }

    private static Status status(Answer answer) {
        return switch (answer) {
            case Answer.Secure _ -> Status.SECURE;
            case Answer.Insecure _ -> Status.INSECURE;
            case Answer.Bogus _ -> Status.BOGUS;
            case Answer.Failed _ -> Status.FAILED;
        };
    }
}
