package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Envelope.Notify;
import org.hikyaku.smtp.Envelope.Original;
import org.hikyaku.smtp.Envelope.Recipient;
import org.hikyaku.smtp.SmtpTransaction.Transfer;
import org.hikyaku.smtp.TransactionOutcome.Broken;
import org.hikyaku.smtp.TransactionOutcome.ContentRefused;
import org.hikyaku.smtp.TransactionOutcome.Lack;
import org.hikyaku.smtp.TransactionOutcome.NotSent;
import org.hikyaku.smtp.TransactionOutcome.RecipientsRefused;
import org.hikyaku.smtp.TransactionOutcome.SenderRefused;
import org.hikyaku.smtp.TransactionOutcome.Step;
import org.hikyaku.smtp.TransactionOutcome.Taken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handing over a mail to a server that follows a script: each line that we say stands there. */
class SmtpTransactionTest {
    private static final String PLAIN = "S: 250 mx.example\n";
    private static final String RICH = """
            S: 250-mx.example
            S: 250-PIPELINING
            S: 250-SIZE 1000
            S: 250-8BITMIME
            S: 250-DSN
            S: 250-SMTPUTF8
            S: 250-REQUIRETLS
            S: 250 CHUNKING
            """;
    private static final Envelope A_TO_B = Envelope.of(Mailbox.parse("a@a.example"), Mailbox.parse("b@b.example"));
    private static final Envelope A_TO_B_AND_C =
            Envelope.of(Mailbox.parse("a@a.example"), Mailbox.parse("b@b.example"), Mailbox.parse("c@b.example"));

    private static TransactionOutcome run(String ehlo, String script, Envelope envelope, String mail) throws Exception {
        return run(ehlo, script, envelope, mail, Transfer.DATA);
    }

    private static TransactionOutcome run(String ehlo, String script, Envelope envelope, String mail, Transfer transfer)
            throws Exception {
        try (SmtpSession session = SmtpLoginTest.ScriptedSession.openInside(ehlo, script, Transcript.none())) {
            return new SmtpTransaction(session, TransactionTimes.brisk(Duration.ofSeconds(5)))
                    .run(envelope, MailContent.of(mail.getBytes(StandardCharsets.UTF_8)), transfer);
        }
    }

    @Test
    void oneStepAfterTheOtherWithDotsDoubled() throws Exception {
        TransactionOutcome outcome = run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 250 ok
                C: DATA
                S: 354 go
                C: Subject: x
                C:\s
                C: ..
                C: ..dot
                C: a.b
                C: .
                S: 250 2.0.0 queued as 1
                """, A_TO_B, "Subject: x\r\n\r\n.\r\n.dot\r\na.b\r\n");

        assertThat(outcome).isInstanceOfSatisfying(Taken.class, taken -> {
            assertThat(taken.reply().text()).isEqualTo("2.0.0 queued as 1");
            assertThat(taken.accepted()).hasSize(1);
            assertThat(taken.refused()).isEmpty();
        });
    }

    @Test
    void aLastLineWithoutEndGetsOne() throws Exception {
        assertThat(run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 250 ok
                C: DATA
                S: 354 go
                C: .. and no end
                C: .
                S: 250 ok
                """, A_TO_B, ". and no end")).isInstanceOf(Taken.class);
    }

    @Test
    void commandsGoTogetherAndOneRecipientMayFail() throws Exception {
        TransactionOutcome outcome = run(RICH, """
                C: MAIL FROM:<a@a.example> SIZE=14
                C: RCPT TO:<b@b.example>
                C: RCPT TO:<c@b.example>
                C: DATA
                S: 250 2.1.0 ok
                S: 550 5.1.1 no such user
                S: 250 2.1.5 ok
                S: 354 go
                C: Subject: x
                C:\s
                C: .
                S: 250 ok
                """, A_TO_B_AND_C, "Subject: x\r\n\r\n");

        assertThat(outcome).isInstanceOfSatisfying(Taken.class, taken -> {
            assertThat(taken.accepted())
                    .singleElement()
                    .satisfies(a -> assertThat(a.recipient()).hasToString("c@b.example"));
            assertThat(taken.refused())
                    .singleElement()
                    .satisfies(r -> assertThat(r.reply().code()).isEqualTo(550));
        });
    }

    @Test
    void theSenderIsRefused() throws Exception {
        assertThat(run(RICH, """
                C: MAIL FROM:<a@a.example> SIZE=2
                C: RCPT TO:<b@b.example>
                C: DATA
                S: 553 5.7.1 not yours
                S: 503 5.5.1 need MAIL
                S: 503 5.5.1 need MAIL
                C: RSET
                S: 250 ok
                """, A_TO_B, "\r\n"))
                .isInstanceOfSatisfying(
                        SenderRefused.class, no -> assertThat(no.reply().code()).isEqualTo(553));
    }

    /** RFC 2920 section 3.1: DATA was sent with the rest, and a server that takes it gets a mail that is for nobody. */
    @Test
    void aServerThatWantsTheMailForNobodyGetsAnEmptyOne() throws Exception {
        assertThat(run(RICH, """
                C: MAIL FROM:<a@a.example> SIZE=2
                C: RCPT TO:<b@b.example>
                C: DATA
                S: 250 ok
                S: 550 5.1.1 nobody
                S: 354 go
                C: .
                S: 554 5.5.1 no valid recipients
                C: RSET
                S: 250 ok
                """, A_TO_B, "\r\n")).isInstanceOf(RecipientsRefused.class);
    }

    @Test
    void binaryMailGoesInChunksOrNotAtAll() throws Exception {
        String binary = RICH.replace("S: 250 CHUNKING", "S: 250-CHUNKING\nS: 250 BINARYMIME");
        String mail = "Subject: x\r\n\r\n\0bin\r\n";
        try (SmtpSession session = SmtpLoginTest.ScriptedSession.openInside(binary, """
                C: MAIL FROM:<a@a.example> SIZE=20 BODY=BINARYMIME
                C: RCPT TO:<b@b.example>
                S: 250 ok
                S: 250 ok
                C: BDAT 20 LAST
                C: Subject: x
                C:\s
                C: \0bin
                S: 250 ok
                """, Transcript.none())) {
            assertThat(new SmtpTransaction(session, TransactionTimes.brisk(Duration.ofSeconds(5)))
                            .run(
                                    A_TO_B,
                                    MailContent.of(mail.getBytes(StandardCharsets.UTF_8)),
                                    Transfer.CHUNKS,
                                    Body.BINARY_MIME))
                    .isInstanceOf(Taken.class);
        }
        try (SmtpSession session = SmtpLoginTest.ScriptedSession.openInside(RICH, "", Transcript.none())) {
            assertThat(new SmtpTransaction(session, TransactionTimes.brisk(Duration.ofSeconds(5)))
                            .run(
                                    A_TO_B,
                                    MailContent.of(mail.getBytes(StandardCharsets.UTF_8)),
                                    Transfer.CHUNKS,
                                    Body.BINARY_MIME))
                    .isInstanceOfSatisfying(
                            NotSent.class, n -> assertThat(n.lack()).isEqualTo(Lack.BINARY));
        }
    }

    @Test
    void allRecipientsAreRefused() throws Exception {
        assertThat(run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 550 no
                C: RCPT TO:<c@b.example>
                S: 450 later
                C: RSET
                S: 250 ok
                """, A_TO_B_AND_C, "\r\n"))
                .isInstanceOfSatisfying(
                        RecipientsRefused.class, no -> assertThat(no.refused()).hasSize(2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"554 5.7.1 spam", "451 4.3.0 later", "250 huh"})
    void dataIsRefused(String reply) throws Exception {
        assertThat(run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 250 ok
                C: DATA
                S: %s
                C: RSET
                S: 250 ok
                """.formatted(reply), A_TO_B, "\r\n")).isInstanceOf(ContentRefused.class);
    }

    @Test
    void theMailIsRefusedAtItsEnd() throws Exception {
        assertThat(run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 250 ok
                C: DATA
                S: 354 go
                C: x
                C: .
                S: 550 5.7.1 looks like spam
                """, A_TO_B, "x\r\n"))
                .isInstanceOfSatisfying(
                        ContentRefused.class,
                        no -> assertThat(no.reply().text()).isEqualTo("5.7.1 looks like spam"));
    }

    @Test
    void silenceAfterTheLastByteLeavesItUnknown() throws Exception {
        assertThat(run(PLAIN, """
                C: MAIL FROM:<a@a.example>
                S: 250 ok
                C: RCPT TO:<b@b.example>
                S: 250 ok
                C: DATA
                S: 354 go
                C: x
                C: .
                close
                """, A_TO_B, "x\r\n")).isEqualTo(new Broken(Step.CONTENT, true, "the server hung up"));
        assertThat(run(PLAIN, "C: MAIL FROM:<a@a.example>\nS: 250 ok\nC: RCPT TO:<b@b.example>\nclose\n", A_TO_B, "x"))
                .isEqualTo(new Broken(Step.RECIPIENT, false, "the server hung up"));
    }

    @Test
    void chunksGoByteForByte() throws Exception {
        // The bytes are no line of their own: what follows them on the wire is the next command.
        assertThat(run(RICH, """
                C: MAIL FROM:<a@a.example> SIZE=14
                C: RCPT TO:<b@b.example>
                S: 250 ok
                S: 250 ok
                C: BDAT 14 LAST
                C: .line
                C: .more
                S: 250 ok
                """, A_TO_B, ".line\r\n.more\r\n", Transfer.CHUNKS))
                .isInstanceOf(Taken.class);
    }

    @Test
    void everyParameterInItsForm() throws Exception {
        Envelope envelope = new Envelope(
                Optional.empty(),
                List.of(
                        new Recipient(
                                Mailbox.parse("b+c@b.example"),
                                Optional.of(EnumSet.of(Notify.FAILURE, Notify.SUCCESS)),
                                Optional.of(Original.of(Mailbox.parse("x+y@b.example")))),
                        new Recipient(
                                Mailbox.parse("\u5f71@b.example"),
                                Optional.of(Set.of()),
                                Optional.of(Original.of(Mailbox.parse("\u5f71@b.example"))))),
                Optional.of(Envelope.Returned.HDRS),
                Optional.of("id=1 +"),
                true);
        assertThat(run(RICH, """
                C: MAIL FROM:<> SIZE=3 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=id+3D1+20+2B REQUIRETLS
                C: RCPT TO:<b+c@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;x+2By@b.example
                C: RCPT TO:<\u5f71@b.example> NOTIFY=NEVER ORCPT=utf-8;\u5f71@b.example
                C: DATA
                S: 550 no
                S: 550 no
                S: 550 no
                S: 503 no
                C: RSET
                S: 250 ok
                """, envelope, "\u00e9\n".replace("\n", "") + "x")).isInstanceOf(SenderRefused.class);
    }

    @Test
    void whatTheServerLacksIsSaidBeforeAnythingIsSent() throws Exception {
        Envelope notices = new Envelope(
                A_TO_B.sender(), A_TO_B.recipients(), Optional.of(Envelope.Returned.FULL), Optional.empty(), false);
        Envelope requireTls =
                new Envelope(A_TO_B.sender(), A_TO_B.recipients(), Optional.empty(), Optional.empty(), true);
        Envelope utf8 = Envelope.of(Mailbox.parse("a@a.example"), Mailbox.parse("\u5f71@b.example"));

        assertThat(lack(PLAIN, A_TO_B, "a\r\n\r\n\u00e9\r\n")).isEqualTo(Lack.EIGHT_BIT);
        assertThat(lack(PLAIN, A_TO_B, "Subject: \u00e9\r\n\r\n")).isEqualTo(Lack.SMTPUTF8);
        assertThat(lack(PLAIN, utf8, "\r\n")).isEqualTo(Lack.SMTPUTF8);
        assertThat(lack(PLAIN, notices, "\r\n")).isEqualTo(Lack.DSN);
        assertThat(lack(PLAIN, requireTls, "\r\n")).isEqualTo(Lack.REQUIRETLS);
        assertThat(lack(RICH, A_TO_B, "x".repeat(1001))).isEqualTo(Lack.SIZE);
        for (String unfit : List.of("a\nb\r\n", "a\rb\r\n", "a\r\n\0\r\n", "a\r")) {
            assertThat(lack(RICH, A_TO_B, unfit)).isEqualTo(Lack.UNFIT);
        }
        assertThat(run(PLAIN, "", A_TO_B, "\r\n", Transfer.CHUNKS))
                .isInstanceOfSatisfying(NotSent.class, n -> assertThat(n.lack()).isEqualTo(Lack.CHUNKING));
    }

    private static Lack lack(String ehlo, Envelope envelope, String mail) throws Exception {
        return ((NotSent) run(ehlo, "", envelope, mail)).lack();
    }

    /** SMTP smuggling: what one side takes for the end of a mail and the other does not (2023). */
    @Test
    void theScanFindsEveryLineEndThatIsNone() throws Exception {
        ContentScan scan = ContentScan.of(MailContent.of("a\r\nb\n.\r\nc\r.\r".getBytes(StandardCharsets.US_ASCII)));

        assertThat(scan.crLf()).isEqualTo(2);
        assertThat(scan.bareLf()).isEqualTo(1);
        assertThat(scan.bareCr()).isEqualTo(2);
        assertThat(scan.firstBad()).isEqualTo(2);
        assertThat(scan.ended()).isFalse();
        assertThat(scan.unfit().orElseThrow()).startsWith("line 2 of the mail has an LF without a CR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a",
                "@b",
                "a@",
                "a b@c",
                "a@b c",
                "a@b>",
                "a.@b",
                ".a@b",
                "a..b@c",
                "\"a@b",
                "a\r\n@b",
                "a@b\r\n",
                "a@b..c",
                "a@[",
                "<a@b",
                "\"a\u0000b\"@c"
            })
    void whatIsNoAddress(String text) {
        assertThatThrownBy(() -> Mailbox.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no mail address");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a@b",
                "<a.b+c@d-e.example>",
                "\"a b\"@c",
                "\"a\\\"@\"@c",
                "a@[192.0.2.1]",
                "a@[IPv6:2001:db8::1]",
                "\u5f71@\u4f8b.example"
            })
    void whatIsAnAddress(String text) {
        assertThat(Mailbox.parse(text).toString()).isEqualTo(text.replaceAll("^<|>$", ""));
    }
}
