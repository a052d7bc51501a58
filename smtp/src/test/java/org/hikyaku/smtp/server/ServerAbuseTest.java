package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.smtp.Reply;
import org.junit.jupiter.api.Test;

/** Clients that want too much: refused within bounds, told, and others are served meanwhile. */
class ServerAbuseTest {
    private static final ServerTimes BRISK = new ServerTimes(
            Duration.ofMillis(80),
            Duration.ofMillis(200),
            Duration.ofMillis(80),
            Duration.ofMillis(200),
            500,
            Duration.ofSeconds(5));

    private static SmtpServerOptions options() {
        return SmtpServerOptions.of("mx.example");
    }

    private static void served(TestServer server) throws Exception {
        try (TestClient other = server.clientFrom("192.0.2.99").enveloped()) {
            assertThat(other.code("DATA")).isEqualTo(354);
            assertThat(other.raw("x\r\n.\r\n").reply().code()).isEqualTo(250);
        }
    }

    @Test
    void aClientThatSaysNothingIsLeft() throws Exception {
        try (TestServer server = new TestServer(options().withTimes(BRISK), ServerTls.none());
                TestClient client = server.client()) {
            assertThat(client.reply().code()).isEqualTo(220);
            assertThat(client.reply().toString()).startsWith("421 4.4.2");
            assertThat(client.over()).isTrue();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.TIMED_OUT);
        }
    }

    /** The time counts for the whole command, not from byte to byte. */
    @Test
    void aClientThatTypesSlowlyIsLeft() throws Exception {
        AtomicLong typed = new AtomicLong();
        try (TestServer server = new TestServer(options().withTimes(BRISK), ServerTls.none());
                TestClient client = server.client()) {
            assertThat(client.reply().code()).isEqualTo(220);
            Thread typist = Thread.ofVirtual().start(() -> {
                try {
                    for (; typed.get() < 10_000; typed.incrementAndGet()) {
                        client.raw("N");
                        Thread.sleep(10);
                    }
                } catch (UncheckedIOException e) {
                    // The server has hung up.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(client.reply().toString()).startsWith("421 4.4.2");
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.TIMED_OUT);
            typist.interrupt();
            assertThat(typed.get()).isLessThan(10_000);
        }
    }

    /** Each byte comes in time, the mail never would. */
    @Test
    void aMailBelowTheLowestRateIsLeft() throws Exception {
        try (TestServer server = new TestServer(options().withTimes(BRISK), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            Thread drip = Thread.ofVirtual().start(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        client.raw("x");
                        Thread.sleep(10);
                    }
                } catch (UncheckedIOException e) {
                    // The server has hung up.
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            served(new TestServer());
            assertThat(client.reply().toString()).startsWith("421 4.4.2");
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.TIMED_OUT);
            assertThat(server.parts.taken).isEmpty();
            drip.interrupt();
        }
    }

    @Test
    void aCommandLineThatIsTooLong() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask("NOOP " + "x".repeat(3000))).startsWith("500 5.5.2");
            assertThat(client.ask("NOOP " + "x".repeat(2043))).startsWith("250");
            assertThat(client.ask("NOOP " + "x".repeat(2044))).startsWith("500 5.5.2");
        }
    }

    @Test
    void anEndlessLineEndsTheSession() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            client.raw("x".repeat(100_000));
            assertThat(client.reply().toString()).startsWith("421 4.7.0").contains("65536 bytes without a line end");
            assertThat(client.over()).isTrue();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.REFUSED);
            served(server);
        }
    }

    @Test
    void anEndlessLineInAMail() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withMessageSize(200_000)), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            client.raw("x".repeat(100_000) + "\r\n.\r\n");
            assertThat(client.reply().toString()).startsWith("550 5.6.0").contains("16384 bytes in a line");
            assertThat(client.code("NOOP")).isEqualTo(250);
        }
    }

    @Test
    void aMailThatIsTooLarge() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withMessageSize(1000)), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            client.raw("0123456789\r\n".repeat(84) + "\r\n.\r\n");
            assertThat(client.reply().toString()).startsWith("552 5.3.4");
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.code("RCPT TO:<b@b.example>")).isEqualTo(250);
            assertThat(client.raw("BDAT 1001 LAST\r\n" + "x".repeat(999) + "\r\n")
                            .reply()
                            .toString())
                    .startsWith("552 5.3.4");
            assertThat(server.parts.taken).isEmpty();
        }
    }

    /** One that does not stop after that is not read to its end. */
    @Test
    void aMailWithoutEnd() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withMessageSize(1000)), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            Thread pump = Thread.ofVirtual().start(() -> {
                try {
                    while (true) {
                        client.raw("0123456789\r\n".repeat(1000));
                    }
                } catch (UncheckedIOException e) {
                    // The server has hung up.
                }
            });
            assertThat(client.reply().toString()).startsWith("421 4.7.0");
            pump.join();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.REFUSED);
        }
    }

    @Test
    void oneHundredThousandRecipients() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            Thread pump = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < 100_000; i++) {
                        client.say("RCPT TO:<b" + i + "@b.example>");
                    }
                } catch (UncheckedIOException e) {
                    // The server has hung up.
                }
            });
            List<Reply> replies = new ArrayList<>();
            do {
                replies.add(client.reply());
            } while (replies.getLast().code() != 421);
            pump.join();
            assertThat(replies.stream().filter(r -> r.code() == 250)).hasSize(1000);
            assertThat(replies.stream().filter(r -> r.code() == 452)).isNotEmpty();
            assertThat(replies.get(1000).toString()).startsWith("452 4.5.3");
            assertThat(replies.size()).isLessThan(2010);
            assertThat(replies.getLast().text()).contains("2000 commands between two mails");
            served(server);
        }
    }

    /** RFC 5321 section 4.5.3.1.10: what was taken of a mail with too many goes on. */
    @Test
    void aMailWithTooManyRecipientsGoesToTheFirstOfThem() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withRecipients(2)), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("RCPT TO:<c@b.example>")).isEqualTo(250);
            assertThat(client.ask("RCPT TO:<d@b.example>")).startsWith("452 4.5.3");
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().code()).isEqualTo(250);
            assertThat(server.parts.taken.getFirst().mail().recipients()).hasSize(2);
        }
    }

    @Test
    void errorsHaveAnEnd() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client().greeted()) {
            for (int i = 0; i < 20; i++) {
                assertThat(client.code("NONSENSE")).isEqualTo(500);
            }
            assertThat(client.code("NONSENSE")).isEqualTo(500);
            assertThat(client.reply().toString()).startsWith("421 4.7.0").contains("20 errors");
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.REFUSED);
        }
    }

    @Test
    void mailsOfASessionHaveAnEnd() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withSession(1, 100, 20)), ServerTls.none());
                TestClient client = server.client().enveloped()) {
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().code()).isEqualTo(250);
            assertThat(client.ask("MAIL FROM:<a@a.example>")).startsWith("421 4.7.0");
        }
    }

    @Test
    void oneAddressHasOnlySoManySessions() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withConnections(100, 2)), ServerTls.none());
                TestClient one = server.clientFrom("2001:db8:0:1::1").greeted();
                TestClient two = server.clientFrom("2001:db8:0:1:ffff::2").greeted();
                TestClient three = server.clientFrom("2001:db8:0:1::3");
                TestClient elsewhere = server.clientFrom("2001:db8:0:2::3").greeted()) {
            assertThat(three.reply().toString()).startsWith("421 4.7.0").contains("2 sessions at one time from one");
            assertThat(three.over()).isTrue();
            assertThat(server.parts.turnedAway).hasSize(1);
            assertThat(elsewhere.code("NOOP")).isEqualTo(250);
            assertThat(one.code("QUIT")).isEqualTo(221);
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.QUIT);
            assertThat(two.code("NOOP")).isEqualTo(250);
        }
    }

    /** Handshakes that stand still hold nobody up: they compute nothing. */
    @Test
    void halfOpenHandshakesHoldNobodyUp() throws Exception {
        try (TestServer server = TestServer.withTls()) {
            List<TestClient> silent = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                TestClient client = server.client().greeted();
                assertThat(client.code("STARTTLS")).isEqualTo(220);
                client.raw("\u0016\u0003\u0001"); // as far as the head of a record
                silent.add(client);
            }
            try (TestClient client = server.clientFrom("192.0.2.8").greeted()) {
                assertThat(client.code("STARTTLS")).isEqualTo(220);
                assertThat(client.handshake().facts().version().title()).isEqualTo("TLSv1.3");
                assertThat(client.code("EHLO client.example")).isEqualTo(250);
            }
            for (TestClient client : silent) {
                client.hangUp();
            }
        }
    }

    @Test
    void aHandshakeThatStandsStillIsLeft() throws Exception {
        try (TestServer server = new TestServer(options().withTimes(BRISK), TestServer.tls());
                TestClient client = server.client().greeted()) {
            assertThat(client.code("STARTTLS")).isEqualTo(220);
            assertThat(client.over()).isTrue();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.NO_TLS);
        }
    }

    /** RFC 3207 section 4.2, CVE-2011-0411. */
    @Test
    void whatComesInClearBehindStartTlsIsNeverRun() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client().greeted()) {
            client.raw("STARTTLS\r\nMAIL FROM:<evil@a.example>\r\n");
            assertThat(client.reply().toString()).startsWith("421 4.7.0");
            assertThat(client.over()).isTrue();
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.REFUSED);
        }
    }

    /** The same, when it comes too late to be seen with the command: it is no TLS. */
    @Test
    void clearTextInsteadOfAHandshakeEndsTheSession() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client().greeted()) {
            assertThat(client.code("STARTTLS")).isEqualTo(220);
            client.raw("MAIL FROM:<evil@a.example>\r\n");
            assertThat(server.end().why()).isEqualTo(SessionEnd.Why.NO_TLS);
        }
    }

    @Test
    void insideTlsThereIsNoStartTls() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client().greeted()) {
            assertThat(client.code("STARTTLS")).isEqualTo(220);
            client.handshake();
            assertThat(client.code("EHLO client.example")).isEqualTo(250);
            assertThat(client.ask("STARTTLS")).startsWith("503 5.5.1");
        }
    }

    @Test
    void implicitTlsBeginsWithTheHandshake() throws Exception {
        try (TestServer server = new TestServer(options().withImplicitTls(), TestServer.tls());
                TestClient client = server.client()) {
            client.handshake();
            assertThat(client.reply().code()).isEqualTo(220);
            assertThat(client.say("EHLO client.example").reply().lines()).contains("REQUIRETLS");
        }
    }

    @Test
    void aPortThatIsFullStillAnswersItsSessions() throws Exception {
        try (TestServer server = new TestServer(
                        options().withLimits(ServerLimits.defaults().withConnections(1, 1)), ServerTls.none());
                TestClient first = server.clientFrom("192.0.2.1").greeted();
                TestClient second = server.clientFrom("192.0.2.2")) {
            assertThat(second.reply().code()).isEqualTo(421);
            assertThat(first.code("NOOP")).isEqualTo(250);
            assertThat(Optional.of(server.server.sessions())).contains(1);
        }
    }
}
