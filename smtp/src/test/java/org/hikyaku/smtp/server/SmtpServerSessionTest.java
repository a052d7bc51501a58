package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.net.Deadline;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.RecordingParts.Taken;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Conversations with a server, word by word (RFC 5321 and the extensions that it offers). */
class SmtpServerSessionTest {

    @Test
    void anOrdinaryMail() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask("MAIL FROM:<a@a.example>")).startsWith("250 2.1.0");
            assertThat(client.ask("RCPT TO:<b@b.example>")).startsWith("250 2.1.5");
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("Subject: x\r\n\r\n..dot\r\nend\r\n.\r\n")
                            .reply()
                            .toString())
                    .isEqualTo("250 2.0.0 taken as M1");
            assertThat(client.ask("QUIT")).startsWith("221 2.0.0");
            assertThat(client.over()).isTrue();
            Taken taken = server.parts.taken.getFirst();
            assertThat(taken.content()).isEqualTo("Subject: x\r\n\r\n.dot\r\nend\r\n");
            assertThat(taken.mail().envelope())
                    .isEqualTo(Envelope.of(Mailbox.parse("a@a.example"), Mailbox.parse("b@b.example")));
            assertThat(server.end()).isEqualTo(new SessionEnd(SessionEnd.Why.QUIT, "", 5, 1, 0));
        }
    }

    @Test
    void ehloTellsEveryExtension() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            assertThat(client.reply().toString()).isEqualTo("220 mx.example ESMTP");
            assertThat(client.say("EHLO client.example").reply().lines())
                    .containsExactly(
                            "mx.example",
                            "PIPELINING",
                            "SIZE 52428800",
                            "8BITMIME",
                            "SMTPUTF8",
                            "CHUNKING",
                            "BINARYMIME",
                            "DSN",
                            "ENHANCEDSTATUSCODES",
                            "STARTTLS",
                            "HELP");
            assertThat(client.code("STARTTLS")).isEqualTo(220);
            client.handshake();
            assertThat(client.say("EHLO client.example").reply().lines())
                    .contains("REQUIRETLS", "AUTH SCRAM-SHA-256-PLUS SCRAM-SHA-256 PLAIN LOGIN")
                    .doesNotContain("STARTTLS");
        }
    }

    /** RFC 2920 section 3.2: the replies of a group go out together. */
    @Test
    void aGroupOfCommandsGetsItsRepliesInOnePiece() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            int before = ((MemoryNetwork.End) client.connection()).writesSeen();
            client.raw("MAIL FROM:<a@a.example>\r\nRCPT TO:<b@b.example>\r\nRCPT TO:<nobody@b.example>\r\nDATA\r\n");
            assertThat(List.of(
                            client.reply().code(),
                            client.reply().code(),
                            client.reply().code(),
                            client.reply().code()))
                    .containsExactly(250, 250, 550, 354);
            assertThat(((MemoryNetwork.End) client.connection()).writesSeen()).isEqualTo(before + 1);
            assertThat(client.raw("x\r\n.\r\nMAIL FROM:<c@a.example>\r\nQUIT\r\n")
                            .reply()
                            .code())
                    .isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(221);
        }
    }

    /** RFC 5321 section 4.1.4. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "MAIL FROM:<a@a.example>",
                "RCPT TO:<b@b.example>",
                "DATA",
                "BDAT 0 LAST",
                "STARTTLS",
                "AUTH PLAIN",
            })
    void nothingGoesBeforeEhlo(String command) throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            var _ = client.reply();
            assertThat(client.ask(command)).startsWith("503 5.5.1");
        }
    }

    @Test
    void commandsOutOfOrder() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask("RCPT TO:<b@b.example>")).startsWith("503 5.5.1");
            assertThat(client.ask("DATA")).startsWith("503 5.5.1");
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.ask("MAIL FROM:<a@a.example>")).startsWith("503 5.5.1");
            assertThat(client.ask("DATA")).startsWith("503 5.5.1 say RCPT");
            assertThat(client.ask("RCPT TO:<nobody@b.example>")).startsWith("550 5.1.1");
            assertThat(client.ask("DATA")).startsWith("554 5.5.1");
            assertThat(client.code("RCPT TO:<b@b.example>")).isEqualTo(250);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "FOO                                          | 500 5.5.2",
                "EHLO                                         | 501 5.5.4",
                "EHLO two words                               | 501 5.5.4",
                "MAIL                                         | 501 5.5.4",
                "MAIL FROM:a@a.example                        | 501 5.1.7",
                "MAIL FROM:<a@a.example                       | 501 5.1.7",
                "MAIL FROM:<a@a@a.example>x                   | 501 5.5.4",
                "MAIL FROM:<a b@a.example>                    | 501 5.1.7",
                "MAIL FROM:<a@a.example> SIZE=abc             | 501 5.5.4",
                "MAIL FROM:<a@a.example> SIZE=1 SIZE=1        | 501 5.5.4",
                "MAIL FROM:<a@a.example> SIZE=99999999999     | 552 5.3.4",
                "MAIL FROM:<a@a.example> BODY=9BIT            | 501 5.5.4",
                "MAIL FROM:<a@a.example> RET=ALL              | 501 5.5.4",
                "MAIL FROM:<a@a.example> ENVID=a+4            | 501 5.5.4",
                "MAIL FROM:<a@a.example> ENVID=a+0Ab          | 501 5.5.4",
                "MAIL FROM:<a@a.example> X-UNKNOWN=1          | 555 5.5.4",
                "MAIL FROM:<a@a.example> SMTPUTF8=1           | 501 5.5.4",
                "RCPT TO:<>                                   | 501 5.1.3",
                "RCPT TO:<b@b.example> NOTIFY=NEVER,SUCCESS   | 501 5.5.4",
                "RCPT TO:<b@b.example> NOTIFY=SUCCESS,SUCCESS | 501 5.5.4",
                "RCPT TO:<b@b.example> ORCPT=rfc822           | 501 5.5.4",
                "RCPT TO:<b@b.example> ORCPT=rfc822;a=b       | 501 5.5.4",
                "DATA now                                     | 501 5.5.4",
                "EXPN list                                    | 502 5.5.1",
                "VRFY postmaster                              | 252 2.5.0",
                "HELP                                         | 214 2.0.0",
                "NOOP whatever                                | 250 2.0.0",
                "noop                                         | 250 2.0.0",
                "RSET                                         | 250 2.0.0",
                "RSET now                                     | 501 5.5.4",
                "STARTTLS                                     | 502 5.5.1",
                "AUTH PLAIN                                   | 503 5.5.1",
                "MAIL FROM:<>                                 | 250 2.1.0",
                "MAIL FROM: <a@a.example>                     | 250 2.1.0",
                "mail from:<a@a.example>                      | 250 2.1.0",
                "MAIL FROM:<@r.example,@s.example:a@a.example>| 250 2.1.0",
                "MAIL FROM:<\"a > b\"@a.example>              | 250 2.1.0",
                "MAIL FROM:<a@[192.0.2.1]> AUTH=<>            | 250 2.1.0",
                "MAIL FROM:<a@a.example> AUTH=e+3Dmc2@a.example | 250 2.1.0",
                "MAIL FROM:<a@a.example> AUTH=nobody          | 501 5.5.4",
            })
    void oneCommandOneReply(String command, String reply) throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask(command)).startsWith(reply);
        }
    }

    /** RFC 3461 and RFC 6533: what was encoded is decoded once, and reaches the queue. */
    @Test
    void parametersOfNotices() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.code("MAIL FROM:<a@a.example> RET=HDRS ENVID=id+3D1+20+2B BODY=8BITMIME SIZE=5 SMTPUTF8"))
                    .isEqualTo(250);
            assertThat(client.code("RCPT TO:<b@b.example> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;x+2By@b.example"))
                    .isEqualTo(250);
            assertThat(client.code("RCPT TO:<c@b.example> NOTIFY=NEVER ORCPT=utf-8;c\\x{5C}@b.example"))
                    .isEqualTo(250);
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().code()).isEqualTo(250);
            Taken taken = server.parts.taken.getFirst();
            assertThat(taken.mail().envelope().id()).contains("id=1 +");
            assertThat(taken.mail().envelope().returned()).contains(Envelope.Returned.HDRS);
            assertThat(taken.mail().sender().size()).isEqualTo(5);
            assertThat(taken.mail().recipients())
                    .containsExactly(
                            new Envelope.Recipient(
                                    Mailbox.parse("b@b.example"),
                                    Optional.of(Set.of(Envelope.Notify.SUCCESS, Envelope.Notify.DELAY)),
                                    Optional.of(new Envelope.Original("rfc822", "x+y@b.example"))),
                            new Envelope.Recipient(
                                    Mailbox.parse("c@b.example"),
                                    Optional.of(Set.of()),
                                    Optional.of(new Envelope.Original("utf-8", "c\\@b.example"))));
        }
    }

    /** RFC 6531 section 3.5. */
    @Test
    void lettersBeyondAsciiNeedSmtpUtf8() throws Exception {
        String utf8 = new String(
                "\u5f71@b.example".getBytes(java.nio.charset.StandardCharsets.UTF_8),
                java.nio.charset.StandardCharsets.ISO_8859_1);
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask("MAIL FROM:<" + utf8 + ">")).startsWith("553 5.6.7");
            assertThat(client.code("MAIL FROM:<" + utf8 + "> SMTPUTF8")).isEqualTo(250);
            assertThat(client.code("RCPT TO:<" + utf8 + ">")).isEqualTo(250);
            assertThat(client.code("RSET")).isEqualTo(250);
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.ask("RCPT TO:<" + utf8 + ">")).startsWith("553 5.6.7");
            assertThat(client.ask("RCPT TO:<\u00ff@b.example>")).startsWith("500 5.5.2");
        }
    }

    @Test
    void aSessionWithHeloKnowsNoParameters() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client()) {
            var _ = client.reply();
            assertThat(client.say("HELO client.example").reply()).isEqualTo(new Reply(250, List.of("mx.example")));
            assertThat(client.ask("MAIL FROM:<a@a.example> SIZE=1")).startsWith("555 5.5.4");
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
        }
    }

    @Test
    void ehloForgetsTheMailUnderWay() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("EHLO again.example")).isEqualTo(250);
            assertThat(client.code("DATA")).isEqualTo(503);
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
        }
    }

    @Test
    void eightBitsThatNobodyAnnouncedAreNoted() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("Subject: x\r\n\r\n\u00e9\r\n.\r\n").reply().code())
                    .isEqualTo(250);
            assertThat(server.parts.taken.getFirst().body()).isEqualTo(Body.EIGHT_BIT_MIME);
        }
    }

    // Chunks (RFC 3030)

    @Test
    void aMailInChunks() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            client.raw("BDAT 10\r\nSubject: xBDAT 6\r\n\r\n\r\n.\rBDAT 3 LAST\r\n\n.\n");
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().toString()).startsWith("550 5.5.2"); // a lone LF at the end
            assertThat(server.parts.taken).isEmpty();
            var _ = client.say("MAIL FROM:<a@a.example>").reply();
            var _ = client.say("RCPT TO:<b@b.example>").reply();
            client.raw("BDAT 10\r\nSubject: xBDAT 7\r\n\r\n\r\n.\r\nBDAT 3 LAST\r\n.\r\n");
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().code()).isEqualTo(250);
            assertThat(client.reply().toString()).isEqualTo("250 2.0.0 taken as M1");
            assertThat(server.parts.taken.getFirst().content()).isEqualTo("Subject: x\r\n\r\n.\r\n.\r\n");
        }
    }

    @Test
    void binaryContentComesByteForByte() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.code("MAIL FROM:<a@a.example> BODY=BINARYMIME")).isEqualTo(250);
            assertThat(client.code("RCPT TO:<b@b.example>")).isEqualTo(250);
            assertThat(client.ask("DATA")).startsWith("503 5.5.1");
            assertThat(client.raw("BDAT 5 LAST\r\n\0\r\u00ff\n.").reply().code())
                    .isEqualTo(250);
            assertThat(server.parts.taken.getFirst().content()).isEqualTo("\0\r\u00ff\n.");
            assertThat(server.parts.taken.getFirst().body()).isEqualTo(Body.BINARY_MIME);
        }
    }

    @Test
    void chunksNobodyAskedForAreReadAndForgotten() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.raw("BDAT 6\r\nQUIT\r\n").reply().toString()).startsWith("503 5.5.1");
            assertThat(client.code("NOOP")).isEqualTo(250);
        }
    }

    @Test
    void afterARefusedChunkTheRestIsOutOfOrder() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.raw("BDAT 3\r\na\0b").reply().toString()).startsWith("550 5.6.0");
            assertThat(client.raw("BDAT 4 LAST\r\nRSET").reply().toString()).startsWith("503 5.5.1");
            assertThat(client.code("RSET")).isEqualTo(250);
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(server.parts.taken).isEmpty();
            assertThat(server.parts.forgotten).hasValue(1);
        }
    }

    @Test
    void dataDoesNotMixWithChunksAndRecipientsNeither() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.raw("BDAT 2\r\n\r\n").reply().code()).isEqualTo(250);
            assertThat(client.ask("DATA")).startsWith("503 5.5.1");
            assertThat(client.ask("RCPT TO:<c@b.example>")).startsWith("503 5.5.1");
            assertThat(client.ask("BDAT 0 LAST")).startsWith("250 2.0.0 taken");
        }
    }

    /** Nobody knows where the next command begins. */
    @Test
    void aChunkOfUnknownLengthEndsTheSession() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.ask("BDAT many LAST")).startsWith("501 5.5.4");
            assertThat(client.over()).isTrue();
        }
    }

    // What our side does not take

    @Test
    void aFullQueueSaysComeAgain() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            server.parts.beginRefusal = Optional.of(new Reply(452, List.of("4.3.1 no room")));
            assertThat(client.ask("DATA")).isEqualTo("452 4.3.1 no room");
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.code("RCPT TO:<b@b.example>")).isEqualTo(250);
            assertThat(client.raw("BDAT 4 LAST\r\nQUIT").reply().toString()).isEqualTo("452 4.3.1 no room");
            assertThat(client.code("NOOP")).isEqualTo(250);
        }
    }

    @Test
    void aDiskThatFailsIsNoAcknowledgement() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            server.parts.commitFault = Optional.of(new IOException("the disk is gone"));
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().toString()).startsWith("451 4.3.0");
            assertThat(server.parts.taken).isEmpty();
            assertThat(server.parts.faults)
                    .singleElement()
                    .satisfies(e -> assertThat(e).hasMessage("the disk is gone"));
        }
    }

    @Test
    void anErrorEndsTheSessionWithAWordToBothSidesAndNoOther() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            server.parts.commitError = Optional.of(new NoClassDefFoundError("org/example/Gone"));
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().toString()).startsWith("421 4.3.0");
            SessionEnd end = server.parts.ends.take();
            assertThat(end.why()).isEqualTo(SessionEnd.Why.FAULT);
            assertThat(end.sentence()).isEqualTo("org/example/Gone");
            assertThat(server.parts.faults)
                    .singleElement()
                    .satisfies(e -> assertThat(e).isInstanceOf(NoClassDefFoundError.class));
            try (TestClient another = server.client().enveloped()) {
                assertThat(another.code("NOOP")).isEqualTo(250);
            }
        }
    }

    @Test
    void aClientThatGoesAwayInTheMiddleLeavesNothing() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            client.raw("half a mail\r\n");
            client.hangUp();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.HUNG_UP);
            assertThat(server.parts.taken).isEmpty();
            assertThat(server.parts.forgotten).hasValue(1);
        }
    }

    // Stopping

    @Test
    void aStoppingServerEndsTheMailUnderWayAndNoOther() throws Exception {
        try (TestServer server = new TestServer();
                TestClient idle = server.client().greeted();
                TestClient busy = server.client().enveloped()) {
            assertThat(busy.code("DATA")).isEqualTo(354);
            Thread stopper = Thread.ofVirtual().start(() -> {
                try {
                    var _ = server.server.stop(Deadline.after(Duration.ofSeconds(20)));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(idle.reply().toString()).startsWith("421 4.3.2");
            assertThat(idle.over()).isTrue();
            assertThat(busy.raw("x\r\n.\r\n").reply().toString()).startsWith("250 2.0.0 taken");
            assertThat(busy.reply().toString()).startsWith("421 4.3.2");
            stopper.join();
            assertThat(server.server.sessions()).isZero();
        }
    }
}
