package org.hikyaku.delivery;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/** What servers say again and again, and the mail that is sent to them. */
final class Scripts {
    static final String MAIL = "Subject: x\r\n\r\nHello.\r\n";

    private Scripts() {}

    /** Up to EHLO, in clear; nothing is offered but these. */
    static String clear(String... offers) {
        return "S: 220 mx ESMTP\nC: EHLO client.example\n" + ehlo(offers);
    }

    /** Up to EHLO inside TLS, where these are offered. */
    static String tls(String... offers) {
        return clear("STARTTLS") + "C: STARTTLS\nS: 220 go ahead\nTLS ok\nC: EHLO client.example\n" + ehlo(offers);
    }

    /** The same where the handshake fails. */
    static String noTls(String how) {
        return clear("STARTTLS") + "C: STARTTLS\nS: 220 go ahead\n" + how + "\n";
    }

    private static String ehlo(String... offers) {
        StringBuilder text = new StringBuilder("S: 250").append(offers.length == 0 ? " mx\n" : "-mx\n");
        for (int i = 0; i < offers.length; i++) {
            text.append("S: 250")
                    .append(i + 1 < offers.length ? '-' : ' ')
                    .append(offers[i])
                    .append('\n');
        }
        return text.toString();
    }

    /** MAIL and one RCPT for each answer: to b1@example.net, b2 and so on. */
    static String envelope(String... answers) {
        StringBuilder text = new StringBuilder("C: MAIL FROM:<a@sender.example>\nS: 250 ok\n");
        for (int i = 0; i < answers.length; i++) {
            text.append("C: RCPT TO:<b")
                    .append(i + 1)
                    .append("@example.net>\nS: ")
                    .append(answers[i])
                    .append('\n');
        }
        boolean nobody = Arrays.stream(answers).noneMatch(a -> a.startsWith("250"));
        return text + (nobody ? "C: RSET\nS: 250 ok\n" : "");
    }

    /** The mail, and the answer to it. */
    static String data(String answer) {
        return "C: DATA\nS: 354 go\ncontent\nS: " + answer + "\n";
    }

    /** One recipient, and all is well. */
    static String taken() {
        return envelope("250 ok") + data("250 2.0.0 queued");
    }

    static Consignment consignment(String domain, Demand demand, MailContent content, Envelope.Recipient... to) {
        return new Consignment(
                "Q1",
                domain,
                new Envelope(
                        Optional.of(Mailbox.parse("a@sender.example")),
                        List.of(to),
                        Optional.empty(),
                        Optional.empty(),
                        demand == Demand.REQUIRE_TLS),
                Body.SEVEN_BIT,
                false,
                demand,
                content,
                Stage.NOW);
    }

    /** To b1@example.net and so on. */
    static Consignment consignment(int recipients) {
        return consignment(Demand.ORDINARY, recipients);
    }

    static Consignment consignment(Demand demand, int recipients) {
        Envelope.Recipient[] to = new Envelope.Recipient[recipients];
        Arrays.setAll(to, i -> Envelope.Recipient.of(Mailbox.parse("b" + (i + 1) + "@example.net")));
        return consignment("example.net", demand, content(MAIL), to);
    }

    static MailContent content(String mail) {
        return MailContent.of(mail.getBytes(StandardCharsets.UTF_8));
    }
}
