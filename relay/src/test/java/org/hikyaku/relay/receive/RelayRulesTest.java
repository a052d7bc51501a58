package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.relay.config.Prefix;
import org.hikyaku.relay.receive.ReceiveRules.SubmissionRules;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.CertificateStanding.Trust;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.Sender;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may send what to whom. */
class RelayRulesTest {
    private static final ReceiveRules RULES = ReceiveRules.of(Set.of("own.example", "xn--fiq228c.example"))
            .withKnown(address -> !address.local().equals("nobody"))
            .withRelaying(Set.of("relayed.example"), List.of(new Prefix(InetAddress.ofLiteral("10.0.0.0"), 8)));

    private static final Sender SENDER = new Sender(
            Optional.of(Mailbox.parse("a@a.example")),
            0,
            Body.SEVEN_BIT,
            false,
            Optional.empty(),
            Optional.empty(),
            false);

    private static final SessionFacts TLS = new SessionFacts(
            TlsVersion.TLSV1_3,
            "TLS_AES_128_GCM_SHA256",
            0x1301,
            128,
            Optional.empty(),
            Optional.empty(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            false,
            true,
            true);

    private static Client client(String kind) {
        return new Client(
                new InetSocketAddress(InetAddress.ofLiteral(kind.contains("listed") ? "10.1.2.3" : "192.0.2.7"), 4000),
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25),
                Optional.of("c.example"),
                true,
                kind.contains("tls") ? Optional.of(TLS) : Optional.empty(),
                kind.contains("cert")
                        ? Optional.of(standing(Trust.TRUSTED))
                        : kind.contains("rogue") ? Optional.of(standing(Trust.UNTRUSTED)) : Optional.empty(),
                kind.contains("user") ? Optional.of(new Client.Login("rosa", SaslMechanism.PLAIN)) : Optional.empty());
    }

    private static CertificateStanding standing(Trust trust) {
        return new CertificateStanding(trust, "CN=rosa", "CN=ca", "AA", false, true, Optional.empty(), "");
    }

    private static String asked(RelayRules rules, Client client, String to) {
        Optional<org.hikyaku.smtp.Reply> sender = rules.sender(client, SENDER);
        if (sender.isPresent()) {
            return "MAIL " + sender.get().toString().substring(0, 9);
        }
        return rules.recipient(client, SENDER, Envelope.Recipient.of(Mailbox.parse(to)))
                .map(r -> "RCPT " + r.toString().substring(0, 9))
                .orElse("yes");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MX         | clear      | b@own.example        | yes",
                "MX         | clear      | b@OWN.example        | yes",
                "MX         | clear      | b@\u4e2d\u6587.example | yes",
                "MX         | clear      | nobody@own.example   | RCPT 550 5.1.1",
                "MX         | clear      | b@relayed.example    | yes",
                "MX         | clear      | b@sub.own.example    | RCPT 550 5.7.1",
                "MX         | clear      | b@other.example      | RCPT 550 5.7.1",
                "MX         | tls        | b@other.example      | RCPT 550 5.7.1",
                "MX         | clear      | b@[192.0.2.25]       | RCPT 550 5.7.1",
                "MX         | clear      | b%other.example@own.example | yes",
                "MX         | listed     | b@other.example      | yes",
                "MX         | tls rogue  | b@other.example      | RCPT 550 5.7.1",
                "SUBMISSION | clear      | b@own.example        | MAIL 530 5.7.0",
                "SUBMISSION | tls        | b@own.example        | MAIL 530 5.7.0",
                "SUBMISSION | tls rogue  | b@own.example        | MAIL 530 5.7.0",
                "SUBMISSION | tls user   | b@other.example      | yes",
                "SUBMISSION | tls user   | nobody@own.example   | RCPT 550 5.1.1",
                "SUBMISSION | tls cert   | b@other.example      | yes",
                "SUBMISSION | listed     | b@other.example      | yes",
            })
    void whoMaySendWhatToWhom(Door door, String kind, String to, String answer) {
        assertThat(asked(new RelayRules(door, () -> RULES, facts -> Optional.empty()), client(kind), to))
                .isEqualTo(answer);
    }

    /** RFC 6409 section 6.1: 550 5.7.1 for who is not authorised to use the address. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SUBMISSION | tls user | rosa@own.example | yes",
                "SUBMISSION | tls user | rosa@OWN.example | yes",
                "SUBMISSION | tls user | bob@own.example  | 550 5.7.1 user rosa may not send from this address",
                "SUBMISSION | tls user | ''               | yes",
                "SUBMISSION | tls cert | rosa@own.example | 550 5.7.1 you may not send from this address",
                "SUBMISSION | listed   | bob@own.example  | yes",
                "MX         | clear    | bob@own.example  | yes",
            })
    void usersSendFromTheirOwnAddresses(Door door, String kind, String from, String answer) {
        ReceiveRules rules = RULES.withSubmission(new SubmissionRules(
                false,
                (user, address) -> user.isPresent() && address.equals(Mailbox.parse(user.get() + "@own.example")),
                true));
        Sender sender = new Sender(
                from.isEmpty() ? Optional.empty() : Optional.of(Mailbox.parse(from)),
                0,
                Body.SEVEN_BIT,
                false,
                Optional.empty(),
                Optional.empty(),
                false);
        assertThat(new RelayRules(door, () -> rules, facts -> Optional.empty())
                        .sender(client(kind), sender)
                        .map(Object::toString)
                        .orElse("yes"))
                .isEqualTo(answer);
    }

    /** T15, RFC 8460 section 3: reports that tell of broken TLS come in clear, and nothing else does. */
    @Test
    void whereTlsIsDemandedReportsComeInClear() {
        RelayRules rules = new RelayRules(
                Door.MX,
                () -> RULES.withTls(true, Set.of(Mailbox.parse("tls-reports@own.example"))),
                facts -> Optional.empty());
        assertThat(asked(rules, client("clear"), "TLS-Reports@Own.example")).isEqualTo("yes");
        assertThat(asked(rules, client("clear"), "b@own.example")).isEqualTo("RCPT 530 5.7.0");
        assertThat(asked(rules, client("tls"), "b@own.example")).isEqualTo("yes");
        RelayRules none = new RelayRules(Door.MX, () -> RULES.withTls(true, Set.of()), facts -> Optional.empty());
        assertThat(asked(none, client("clear"), "b@own.example")).isEqualTo("MAIL 530 5.7.0");
    }

    @Test
    void whereACertificateIsDemandedAPasswordIsNotEnough() {
        RelayRules rules = new RelayRules(
                Door.SUBMISSION,
                () -> RULES.withSubmission(new SubmissionRules(true, SenderRule.any(), false)),
                facts -> Optional.empty());
        assertThat(asked(rules, client("tls user"), "b@other.example")).isEqualTo("MAIL 550 5.7.1");
        assertThat(asked(rules, client("tls user rogue"), "b@other.example")).isEqualTo("MAIL 550 5.7.1");
        assertThat(asked(rules, client("tls user cert"), "b@other.example")).isEqualTo("yes");
    }
}
