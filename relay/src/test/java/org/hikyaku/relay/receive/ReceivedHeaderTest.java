package org.hikyaku.relay.receive;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.server.CertificateStanding;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.Sender;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Certificate;
import org.junit.jupiter.api.Test;

/** The line on top of a mail, held against what Postfix writes. */
class ReceivedHeaderTest {
    private static final Instant AT = Instant.parse("2026-11-22T08:05:09Z");

    private static SessionFacts facts(Optional<List<Certificate>> clientChain) {
        return new SessionFacts(
                TlsVersion.TLSV1_3,
                "TLS_AES_256_GCM_SHA384",
                0x1302,
                256,
                Optional.of("X25519"),
                Optional.of("ecdsa_secp256r1_sha256"),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                false,
                true,
                true,
                clientChain);
    }

    private static Client client(
            String name,
            boolean esmtp,
            Optional<SessionFacts> tls,
            Optional<CertificateStanding> standing,
            boolean login) {
        return new Client(
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4000),
                new InetSocketAddress(InetAddress.ofLiteral("192.0.2.25"), 25),
                Optional.of(name),
                esmtp,
                tls,
                standing,
                login ? Optional.of(new Client.Login("rosa", SaslMechanism.PLAIN)) : Optional.empty());
    }

    private static IncomingMail mail(boolean utf8, String... to) {
        return new IncomingMail(
                new Sender(
                        Optional.of(Mailbox.parse("a@a.example")),
                        0,
                        Body.SEVEN_BIT,
                        utf8,
                        Optional.empty(),
                        Optional.empty(),
                        false),
                List.of(to).stream()
                        .map(t -> Envelope.Recipient.of(Mailbox.parse(t)))
                        .toList());
    }

    private static String header(Client client, IncomingMail mail) {
        return new String(new ReceivedHeader("mx.example").of(client, mail, "0ABC", AT), StandardCharsets.UTF_8);
    }

    @Test
    void inClear() {
        assertThat(header(
                        client("c.example", true, Optional.empty(), Optional.empty(), false),
                        mail(false, "b@b.example")))
                .isEqualTo("""
                        Received: from c.example ([192.0.2.7])\r
                        \tby mx.example (Hikyaku) with ESMTP id 0ABC\r
                        \tfor <b@b.example>; Sun, 22 Nov 2026 08:05:09 +0000 (UTC)\r
                        """);
    }

    @Test
    void insideTlsAndLoggedIn() {
        assertThat(header(
                        client("c.example", true, Optional.of(facts(Optional.of(List.of()))), Optional.empty(), true),
                        mail(false, "b@b.example", "c@b.example")))
                .isEqualTo("""
                        Received: from c.example ([192.0.2.7])\r
                        \t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\r
                        \t key-exchange X25519 server-signature ecdsa_secp256r1_sha256)\r
                        \t(Client did not present a certificate)\r
                        \tby mx.example (Hikyaku) with ESMTPSA id 0ABC; Sun, 22 Nov 2026 08:05:09 +0000 (UTC)\r
                        """);
    }

    @Test
    void withACertificate() {
        Certificate certificate =
                Certificates.client("rosa \"r\" (x)\r\nX-Evil: 1").certificate();
        CertificateStanding verified = new CertificateStanding(
                CertificateStanding.Trust.TRUSTED, "", "", "", true, false, Optional.empty(), "");
        assertThat(header(
                        client(
                                "c",
                                true,
                                Optional.of(facts(Optional.of(List.of(certificate)))),
                                Optional.of(verified),
                                false),
                        mail(false, "b@b.example")))
                .contains("(Client CN \"rosa ?r? ?x?")
                .contains("\", Issuer \"Test Client CA\" (verified OK))")
                .contains("with ESMTPS id")
                .doesNotContain("\nX-Evil");
    }

    /** RFC 3848 and RFC 6531 section 4.3. */
    @Test
    void protocols() {
        Optional<SessionFacts> tls = Optional.of(facts(Optional.empty()));
        Optional<CertificateStanding> none = Optional.empty();
        assertThat(ReceivedHeader.protocol(
                        client("c", false, Optional.empty(), none, false), mail(false, "b@b.example")))
                .isEqualTo("SMTP");
        assertThat(ReceivedHeader.protocol(client("c", true, Optional.empty(), none, true), mail(false, "b@b.example")))
                .isEqualTo("ESMTPA");
        assertThat(ReceivedHeader.protocol(client("c", true, Optional.empty(), none, false), mail(true, "b@b.example")))
                .isEqualTo("UTF8SMTP");
        assertThat(ReceivedHeader.protocol(client("c", true, tls, none, false), mail(true, "b@b.example")))
                .isEqualTo("UTF8SMTPS");
        assertThat(ReceivedHeader.protocol(client("c", true, tls, none, true), mail(true, "b@b.example")))
                .isEqualTo("UTF8SMTPSA");
    }

    /** Nothing that a client calls itself can mean something here. */
    @Test
    void aNameIsOnlyAName() {
        assertThat(header(
                        client("evil(comment)\";by", true, Optional.empty(), Optional.empty(), false),
                        mail(false, "b@b.example")))
                .startsWith("Received: from evil?comment???by ([192.0.2.7])");
    }
}
