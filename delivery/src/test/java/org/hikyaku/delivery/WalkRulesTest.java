package org.hikyaku.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.delivery.Scripts.clear;
import static org.hikyaku.delivery.Scripts.consignment;
import static org.hikyaku.delivery.Scripts.data;
import static org.hikyaku.delivery.Scripts.envelope;
import static org.hikyaku.delivery.Scripts.noTls;
import static org.hikyaku.delivery.Scripts.taken;
import static org.hikyaku.delivery.Scripts.tls;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.hikyaku.policy.Demand;
import org.hikyaku.policy.RequireTlsPolicy;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.TlsLevel;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.xbill.DNS.Type;

/** RFC 5321 section 5.1, D2, D20, D21, S11, Q14 and part X: the walk along hosts and addresses, and what each answer comes to. */
class WalkRulesTest {
    private final Stage stage = new Stage();
    private DeliveryOptions options = Stage.options();
    private Destination destination = Destination.auto();

    @AfterEach
    void close() throws Exception {
        stage.close();
    }

    private List<RecipientResult> carry(Consignment mail) throws Exception {
        try (Courier courier = stage.courier(options, destination)) {
            return courier.carry(mail).results();
        } finally {
            assertThat(stage.mistakes.stream().filter(m -> m.startsWith("said")))
                    .isEmpty();
        }
    }

    private String fate(Consignment mail) throws Exception {
        return text(carry(mail).getFirst().fate());
    }

    private static String text(Fate fate) {
        return switch (fate) {
            case Fate.Delivered d -> "delivered " + d.status();
            case Fate.Deferred d -> "deferred " + d.status();
            case Fate.Failed f -> "failed " + f.status();
        };
    }

    /** A host with an address and a server. */
    private void mx(int preference, String name, String address, String... scripts) {
        stage.record("example.net", Type.MX, preference + " " + name + ".")
                .record(name, address.contains(":") ? Type.AAAA : Type.A, address)
                .unsigned("example.net", Type.MX)
                .unsigned(name, Type.A)
                .unsigned(name, Type.AAAA);
        if (scripts.length > 0) {
            stage.server(address, stage.selfSigned(name), scripts);
        }
    }

    @Test
    void aHostThatRefusesIsPassedOver() throws Exception {
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        mx(10, "mx1.example.net", "192.0.2.1");
        stage.refuses("192.0.2.1");
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.dialled).containsExactly("192.0.2.1:25", "192.0.2.2:25");
        assertThat(stage.lines).singleElement().satisfies(line -> {
            assertThat(line.host()).contains("mx2.example.net");
            assertThat(line.tls().trust()).isEqualTo(Trust.UNTRUSTED);
            assertThat(line.tls().wanted() + "/" + line.tls().got()).isEqualTo("may/encrypt");
        });
    }

    @Test
    void oneHostThatCannotBeLookedUpDoesNotStopTheOthers() throws Exception {
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        stage.record("example.net", Type.MX, "10 mx1.example.net.")
                .failing("mx1.example.net", Type.A)
                .failing("mx1.example.net", Type.AAAA);
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0"); // D2
    }

    @Test
    void equalHostsAreTriedInRandomOrder() throws Exception {
        for (int i = 1; i <= 4; i++) {
            mx(10, "mx" + i + ".example.net", "192.0.2." + i);
            stage.refuses("192.0.2." + i);
        }
        Set<String> firsts = new java.util.HashSet<>();
        for (int seed = 0; seed < 20; seed++) {
            stage.dialled.clear();
            try (Courier courier = new Courier(
                    options,
                    Destinations.all(destination),
                    stage.seams(new Random(seed * 0x9E3779B97F4A7C15L)),
                    SessionCounter.none(),
                    DeliveryLog.none())) {
                assertThat(text(courier.carry(consignment(1))
                                .results()
                                .getFirst()
                                .fate()))
                        .isEqualTo("deferred 4.4.1");
            }
            firsts.add(stage.dialled.peek());
            assertThat(stage.dialled).hasSize(4);
        }
        assertThat(firsts).hasSize(4);
    }

    @Test
    void eachRecipientGetsItsOwnAnswer() throws Exception {
        mx(
                10,
                "mx.example.net",
                "192.0.2.1",
                tls() + envelope("250 ok", "550 5.1.1 no such user", "451 4.3.0 later") + data("250 2.0.0 queued"));
        stage.refuses("192.0.2.2");
        mx(20, "mx2.example.net", "192.0.2.2");
        assertThat(carry(consignment(3)).stream().map(r -> text(r.fate())))
                .containsExactly("delivered 2.0.0", "failed 5.1.1", "deferred 4.3.0");
    }

    @Test
    void whoWasPutOffIsOfferedToTheNextHost() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1", tls() + envelope("450 4.2.0 greylisted"));
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
    }

    @Test
    void whoWasRefusedIsNotOfferedToTheNextHost() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1", tls() + envelope("550 5.1.1 no such user"));
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("failed 5.1.1");
        assertThat(stage.dialled).hasSize(1);
    }

    @Test
    void noMoreServersAreOfferedTheMailThanTheLimit() throws Exception {
        for (int i = 1; i <= 5; i++) {
            mx(i, "mx" + i + ".example.net", "192.0.2." + i, tls() + envelope("450 4.2.0 later"));
        }
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.2.0");
        assertThat(stage.dialled).hasSize(3);
    }

    @Test
    void aConnectionThatBreaksBehindTheLastByteMayMeanADuplicate() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1", tls() + envelope("250 ok") + "C: DATA\nS: 354 go\ncontent\nclose");
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        Fate fate = carry(consignment(1)).getFirst().fate();
        assertThat(text(fate)).isEqualTo("deferred 4.4.2");
        assertThat(fate.sentence()).contains("a duplicate is possible");
        assertThat(stage.dialled).hasSize(1);
    }

    @Test
    void aConnectionThatBreaksBeforeThatLeadsToTheNextHost() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1", tls() + envelope("250 ok") + "close");
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
    }

    @Test
    void recipientsThatAreTooManyForOneMailGetAnother() throws Exception {
        mx(
                10,
                "mx.example.net",
                "192.0.2.1",
                tls() + envelope("250 ok", "452 4.5.3 too many recipients") + data("250 2.0.0 one")
                        + "C: MAIL FROM:<a@sender.example>\nS: 250 ok\nC: RCPT TO:<b2@example.net>\nS: 250 ok\n"
                        + data("250 2.0.0 two"));
        assertThat(carry(consignment(2)).stream().map(r -> text(r.fate())))
                .containsExactly("delivered 2.0.0", "delivered 2.0.0");
        assertThat(stage.mails).hasSize(2);
        assertThat(stage.dialled).hasSize(1);
    }

    /** X: a policy may be one for one address family. */
    @ParameterizedTest(name = "IPv6 {0}, IPv4 {1}: {2}")
    @CsvSource({
        "550 5.7.1 no PTR, 250 ok,          delivered 2.0.0",
        "550 5.7.1 no PTR, 550 5.7.1 spam,  failed 5.7.1",
        "550 5.7.1 no PTR, 450 4.7.1 later, deferred 4.7.1",
        "550 5.7.1 no PTR, refused,         failed 5.7.1",
        "550 5.1.1 nobody, not asked,       failed 5.1.1",
    })
    void aRefusalByPolicyIsTriedOverTheOtherFamily(String six, String four, String expected) throws Exception {
        mx(10, "mx.example.net", "192.0.2.1");
        stage.record("mx.example.net", Type.AAAA, "2001:db8::1");
        stage.server("2001:db8::1", stage.selfSigned("mx.example.net"), tls() + envelope(six));
        if (four.equals("refused")) {
            stage.refuses("192.0.2.1");
        } else {
            stage.server(
                    "192.0.2.1",
                    stage.selfSigned("mx.example.net"),
                    tls() + envelope(four) + (four.startsWith("250") ? data("250 2.0.0 queued") : ""));
        }
        assertThat(fate(consignment(1))).isEqualTo(expected);
        assertThat(stage.dialled).hasSize(four.equals("not asked") ? 1 : 2);
    }

    @Test
    void aFamilyWithoutAWayDoesNotLoseTheMail() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", tls() + taken());
        stage.record("mx.example.net", Type.AAAA, "2001:db8::1").noRoute("2001:db8::1");
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.dialled).containsExactly("[2001:db8::1]:25", "192.0.2.1:25");
    }

    @Test
    void aGreetingThatTurnsAwayIsForNow() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", "S: 554 5.3.2 not for you\nC: QUIT\nS: 221 bye");
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.3.2");
        assertThat(stage.counted).isEmpty(); // X: no event of TLS
    }

    @Test
    void domainsThatTakeNoMail() throws Exception {
        stage.record("example.net", Type.MX, "0 .");
        assertThat(fate(consignment(1))).isEqualTo("failed 5.1.10"); // RFC 7505
        stage.failing("example.net", Type.MX);
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.4.3"); // D1
    }

    @Test
    void mailDoesNotGoRoundInCircles() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1");
        mx(20, "client.example", "192.0.2.2");
        mx(30, "mx3.example.net", "192.0.2.3", tls() + taken());
        stage.refuses("192.0.2.1");
        // mx3 is no better than we are: it would send the mail to us
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.4.1");
        assertThat(stage.dialled).containsExactly("192.0.2.1:25");

        options = new DeliveryOptions(
                options.ehloName(),
                Set.of(),
                Set.of(InetAddress.ofLiteral("192.0.2.1")),
                25,
                options.families(),
                true,
                options.times(),
                options.tries(),
                options.kept(),
                options.concurrency());
        assertThat(fate(consignment(1))).isEqualTo("failed 5.4.6");
    }

    @Test
    void aServerThatCallsItselfByOurNameIsOurselves() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", "S: 220 x\nC: EHLO client.example\nS: 250 client.example\n");
        assertThat(fate(consignment(1))).isEqualTo("failed 5.4.6");
    }

    @Test
    void afterAFailedHandshakeMailGoesInClearWhereNothingForbidsIt() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", noTls("TLS fail"), clear("STARTTLS") + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.lines.peek().tls().got()).isEqualTo("clear");
        // counted once, as what it was: no TLS
        assertThat(stage.counted)
                .singleElement()
                .satisfies(session -> assertThat(session.policies())
                        .singleElement()
                        .satisfies(p -> {
                            assertThat(p.policy()).isEqualTo(new CountedSession.Policy.None("example.net"));
                            assertThat(p.failure().orElseThrow().type().token()).isEqualTo("validation-failure");
                        }));
    }

    @Test
    void atTheLevelEncryptItWaits() throws Exception {
        destination = Destination.of(TlsLevel.ENCRYPT);
        mx(10, "mx.example.net", "192.0.2.1", noTls("TLS fail"));
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.7.5");
        assertThat(stage.lines.peek().rule()).contains("L1");

        stage.server("192.0.2.1", stage.selfSigned("mx.example.net"), clear() + "C: QUIT\nS: 221 bye");
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.7.4");
    }

    @Test
    void atTheLevelNoneTlsIsNotUsed() throws Exception {
        destination = Destination.of(TlsLevel.NONE);
        mx(10, "mx.example.net", "192.0.2.1", clear("STARTTLS") + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.lines.peek().tls().wanted()).isEqualTo("none");
    }

    @Test
    void d21AnAuthenticationThatFailsMeansTheNextHostAndThenWaiting() throws Exception {
        stage.record("example.net", Type.MX, "10 mx1.example.net.").record("mx1.example.net", Type.A, "192.0.2.1");
        stage.record("example.net", Type.MX, "20 mx2.example.net.").record("mx2.example.net", Type.A, "192.0.2.2");
        stage.tlsa(
                "mx1.example.net",
                TlsaRecord.of(3, 1, 1, stage.trusted("a.example").certificate()));
        var good = stage.selfSigned("mx2.example.net");
        stage.tlsa("mx2.example.net", TlsaRecord.of(3, 1, 1, good.certificate()));
        stage.server("192.0.2.1", stage.trusted("mx1.example.net"), tls() + "C: QUIT\nS: 221 bye");
        stage.server("192.0.2.2", good, tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.lines.peek().tls().trust()).isEqualTo(Trust.VERIFIED);

        stage.refuses("192.0.2.2");
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.7.5");
    }

    /** Part of the field: middle boxes and servers that cannot take a ClientHello of two packets. */
    @Test
    void aServerThatDiesOfALongHelloGetsAShortOne() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", noTls("TLS dies"), tls() + taken(), tls() + taken());
        try (Courier courier = stage.courier(options, destination)) {
            assertThat(text(courier.carry(consignment(1)).results().getFirst().fate()))
                    .isEqualTo("delivered 2.0.0");
            assertThat(stage.dialled).hasSize(2);
            assertThat(text(courier.carry(consignment(1)).results().getFirst().fate()))
                    .isEqualTo("delivered 2.0.0");
            assertThat(stage.dialled).as("remembered").hasSize(3);
        }
        assertThat(stage.counted).as("the first hello is no session").hasSize(2);
        assertThat(stage.lines.peek().tls().session().orElseThrow().group()).isPresent();
    }

    @Test
    void whatAServerCannotTakeGoesBackWithItsReason() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", tls("SIZE 10") + "C: QUIT\nS: 221 bye");
        assertThat(fate(consignment(1))).isEqualTo("failed 5.3.4");

        stage.server("192.0.2.1", stage.selfSigned("x"), tls() + "C: QUIT\nS: 221 bye");
        Envelope.Recipient b = Envelope.Recipient.of(Mailbox.parse("b1@example.net"));
        assertThat(fate(mail("Subject: x\r\n\r\n\u5f71\r\n", Body.EIGHT_BIT_MIME, b)))
                .isEqualTo("failed 5.6.3");
        assertThat(fate(mail("Subject: \u5f71\r\n\r\n", Body.EIGHT_BIT_MIME, b)))
                .isEqualTo("failed 5.6.9");
        assertThat(fate(mail(Scripts.MAIL, Body.SEVEN_BIT, Envelope.Recipient.of(Mailbox.parse("\u5f71@example.net")))))
                .isEqualTo("failed 5.6.7");
        assertThat(fate(mail("Subject: x\r\n\r\n\0\r\n", Body.BINARY_MIME, b))).isEqualTo("failed 5.6.3");
    }

    private static Consignment mail(String content, Body body, Envelope.Recipient to) {
        Consignment plain = consignment("example.net", Demand.ORDINARY, Scripts.content(content), to);
        return new Consignment(
                plain.queueId(),
                plain.domain(),
                plain.envelope(),
                body,
                false,
                plain.demand(),
                plain.content(),
                plain.received());
    }

    @Test
    void anotherHostMayTakeWhatThisOneCannot() throws Exception {
        mx(10, "mx1.example.net", "192.0.2.1", tls("SIZE 10") + "C: QUIT\nS: 221 bye");
        mx(20, "mx2.example.net", "192.0.2.2", tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
    }

    @Test
    void binaryByNameOnlyGoesAsLines() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", tls() + taken());
        Envelope.Recipient b = Envelope.Recipient.of(Mailbox.parse("b1@example.net"));
        assertThat(fate(mail(Scripts.MAIL, Body.BINARY_MIME, b))).isEqualTo("delivered 2.0.0");
    }

    @Test
    void noticesArePassedOnOrAreOurs() throws Exception {
        Envelope.Recipient notified = new Envelope.Recipient(
                Mailbox.parse("b1@example.net"), Optional.of(Set.of(Envelope.Notify.SUCCESS)), Optional.empty());
        Consignment mail = consignment("example.net", Demand.ORDINARY, Scripts.content(Scripts.MAIL), notified);
        mx(10, "mx.example.net", "192.0.2.1", tls() + taken());
        assertThat(((Fate.Delivered) carry(mail).getFirst().fate()).noticesPassedOn())
                .isFalse();

        stage.server(
                "192.0.2.1",
                stage.selfSigned("x"),
                tls("DSN")
                        + "C: MAIL FROM:<a@sender.example>\nS: 250 ok\n"
                        + "C: RCPT TO:<b1@example.net> NOTIFY=SUCCESS\nS: 250 ok\n" + data("250 2.0.0 queued"));
        assertThat(((Fate.Delivered) carry(mail).getFirst().fate()).noticesPassedOn())
                .isTrue();
    }

    @Test
    void anAddressLiteralIsAskedNothingOfTheDns() throws Exception {
        stage.server(
                "192.0.2.9",
                stage.selfSigned("x"),
                tls() + "C: MAIL FROM:<a@sender.example>\nS: 250 ok\n" + "C: RCPT TO:<b@[192.0.2.9]>\nS: 250 ok\n"
                        + data("250 2.0.0 queued"));
        Consignment mail = consignment(
                "[192.0.2.9]",
                Demand.ORDINARY,
                Scripts.content(Scripts.MAIL),
                Envelope.Recipient.of(Mailbox.parse("b@[192.0.2.9]")));
        assertThat(fate(mail)).isEqualTo("delivered 2.0.0");
        assertThat(stage.lines.peek().host()).contains("[192.0.2.9]");
        assertThat(stage.counted).isEmpty();
    }

    @Test
    void whatIsNoDomainFails() throws Exception {
        Consignment mail = consignment(
                "[300.1.1.1]",
                Demand.ORDINARY,
                Scripts.content(Scripts.MAIL),
                Envelope.Recipient.of(Mailbox.parse("b@[300.1.1.1]")));
        assertThat(fate(mail)).isEqualTo("failed 5.1.2");
    }

    /** S11: before a permanent failure the policy is looked at once more. */
    @Test
    void aPolicyThatAppearsInTimeSavesTheMail() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1");
        stage.server(
                "192.0.2.1",
                stage.trusted("mx.example.net"),
                tls("REQUIRETLS") + taken().replace("<a@sender.example>", "<a@sender.example> REQUIRETLS"));
        StsObservation none = stage.sts();
        stage.policy("enforce", "mx.example.net");
        StsObservation inForce = stage.sts();
        java.util.Iterator<StsObservation> answers = List.of(none, inForce).iterator();
        Seams seams = stage.seams();
        Seams twice = new Seams(
                seams.network(),
                seams.lookup(),
                domain -> answers.next(),
                seams.authorities(),
                seams.clock(),
                seams.random(),
                seams.secureRandom(),
                Optional.empty());
        try (Courier courier =
                new Courier(options, Destinations.all(destination), twice, stage.counted::add, stage.lines::add)) {
            assertThat(text(courier.carry(consignment(Demand.REQUIRE_TLS, 1))
                            .results()
                            .getFirst()
                            .fate()))
                    .isEqualTo("delivered 2.0.0");
        }
        assertThat(stage.lines.peek().tls().wanted()).isEqualTo("sts+requiretls");
        assertThat(stage.lines.peek().tls().got()).isEqualTo("sts+requiretls");
    }

    @Test
    void q14RelaxedAndTheLogSaysWhatWasMet() throws Exception {
        destination = Destination.auto().withRequireTls(RequireTlsPolicy.OPPORTUNISTIC);
        mx(10, "mx.example.net", "192.0.2.1", clear() + taken());
        assertThat(fate(consignment(Demand.REQUIRE_TLS, 1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.lines.peek().tls().wanted()).isEqualTo("may+requiretls");
        assertThat(stage.lines.peek().tls().got()).isEqualTo("clear");
    }

    @Test
    void q9NothingHoldsAMessageBackThatDoesNotWantTls() throws Exception {
        stage.record("example.net", Type.MX, "10 mx.example.net.").record("mx.example.net", Type.A, "192.0.2.1");
        stage.tlsa(
                "mx.example.net",
                TlsaRecord.of(3, 1, 1, stage.trusted("a.example").certificate()));
        stage.server("192.0.2.1", stage.selfSigned("mx.example.net"), clear() + taken());
        assertThat(fate(consignment(Demand.TLS_NOT_REQUIRED, 1))).isEqualTo("delivered 2.0.0");
        assertThat(stage.counted).isEmpty();
        stage.server("192.0.2.1", stage.selfSigned("mx.example.net"), clear() + "C: QUIT\nS: 221 bye");
        assertThat(fate(consignment(1))).isEqualTo("deferred 4.7.4");
    }

    @Test
    void timesAreWhereTheyBelong() throws Exception {
        mx(10, "mx.example.net", "192.0.2.1", tls() + taken());
        assertThat(fate(consignment(1))).isEqualTo("delivered 2.0.0");
        DeliveryLine.Delays delays = stage.lines.peek().delays();
        assertThat(delays.queued()).isEqualTo(Duration.ZERO);
        assertThat(delays.connecting()).isPositive();
        assertThat(delays.sending()).isPositive();
    }
}
