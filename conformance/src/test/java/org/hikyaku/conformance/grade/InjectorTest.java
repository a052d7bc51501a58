package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.lab.Catalogue;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabMail;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Mails handed over to a mail server of a lab, which is somebody else's for the injector. */
@Timeout(60)
class InjectorTest {
    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final List<Case> CASES = CaseBook.of(Catalogue.builtIn());

    private static Case named(String title) {
        return CASES.stream().filter(c -> c.title().equals(title)).findFirst().orElseThrow();
    }

    private static Injector injector(Lab lab, InetSocketAddress server, Optional<Credentials> login) {
        return new Injector(
                lab.network(),
                new SecureRandom(),
                () -> NOW,
                new Injector.Target(server, "relay.example", login, Mailbox.parse("grade@auth-good.example")));
    }

    private static InetSocketAddress server(Lab lab, String name) {
        Answer answer = new ValidatingResolver(lab.resolver(), lab.dnsAnchors(), ValidatorOptions.defaults(), () -> NOW)
                .lookup(Name.fromConstantString(name + "."), Type.A);
        assertThat(answer).isInstanceOf(Answer.Secure.class);
        String address =
                ((Answer.Secure) answer).content().recordsOrNone().getFirst().rdataToString();
        return new InetSocketAddress(InetAddress.ofLiteral(address), 25);
    }

    @Test
    void eachMailSaysWhatItsKindNeeds() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(() -> NOW))) {
            List<Injector.Handed> handed = injector(lab, server(lab, "mx.requiretls-dane.example"), Optional.empty())
                    .hand(List.of(
                            named("dane-ee.example"),
                            named("requiretls-dane.example (requiretls)"),
                            named("tls-required-no-dane.example (tls-optional)"),
                            named("later-key.example (later)")));

            assertThat(handed).allMatch(h -> h.refusal().isEmpty());
            assertThat(lab.mails().stream().map(LabMail::to))
                    .containsExactly(
                            List.of("plain@dane-ee.example"),
                            List.of("requiretls@requiretls-dane.example"),
                            List.of("tls-optional@tls-required-no-dane.example"),
                            List.of("later@later-key.example"));
            assertThat(lab.mails().stream().map(LabMail::requireTls)).containsExactly(false, true, false, false);
            assertThat(new String(lab.mails().get(2).content(), StandardCharsets.US_ASCII))
                    .contains("\r\nTLS-Required: No\r\n");
            assertThat(lab.mails()).allMatch(m -> m.tls().isPresent());
        }
    }

    @Test
    void aServerWithoutRequireTlsIsNotHandedSuchAMail() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(() -> NOW))) {
            List<Injector.Handed> handed = injector(lab, server(lab, "mx.dane-ee.example"), Optional.empty())
                    .hand(List.of(named("requiretls-dane.example (requiretls)"), named("dane-ee.example")));

            assertThat(handed.getFirst().refusal())
                    .hasValueSatisfying(why -> assertThat(why).contains("REQUIRETLS"));
            assertThat(handed.getLast().refusal()).isEmpty();
            assertThat(lab.mails()).hasSize(1);
        }
    }

    @Test
    void aLoginThatCannotBeIsTold() throws IOException {
        try (Lab lab = Lab.start(LabOptions.defaults().withClock(() -> NOW))) {
            Injector injector = injector(
                    lab,
                    server(lab, "mx.dane-ee.example"),
                    Optional.of(Credentials.password("user", Secret.of("secret".toCharArray()))));

            assertThatThrownBy(() -> injector.hand(List.of(named("dane-ee.example"))))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("The login at ")
                    .hasMessageNotContaining("secret");
        }
    }

    @Test
    void whoeverNeverAnswersIsWaitedForAsLongAsWanted() throws IOException {
        AtomicInteger waits = new AtomicInteger();
        int closed = TestPorts.take();
        Injector injector = new Injector(
                new SystemNetwork(),
                new SecureRandom(),
                () -> NOW,
                new Injector.Target(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), closed),
                        "localhost",
                        Optional.empty(),
                        Mailbox.parse("grade@auth-good.example")));

        assertThatThrownBy(() -> injector.handWhenThere(
                        List.of(named("dane-ee.example")), Duration.ofHours(1), () -> waits.incrementAndGet() < 3))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Nobody takes mail at");
        assertThat(waits).hasValue(3);
    }
}
