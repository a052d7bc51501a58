package org.hikyaku.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslClient;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslMessage;
import org.hikyaku.smtp.sasl.Secret;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.TlsSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AUTH (RFC 4954) against users whose password is not kept. */
class ServerLoginTest {
    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static TlsSession secured(TestClient client) throws Exception {
        client.greeted();
        assertThat(client.code("STARTTLS")).isEqualTo(220);
        TlsSession session = client.handshake();
        assertThat(client.code("EHLO client.example")).isEqualTo(250);
        return session;
    }

    @Test
    void plainWithAndWithoutAFirstMessage() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient one = server.client();
                TestClient two = server.client()) {
            secured(one);
            assertThat(one.ask("AUTH PLAIN " + base64("\0user\0pencil"))).startsWith("235 2.7.0");
            assertThat(one.ask("AUTH PLAIN " + base64("\0user\0pencil"))).startsWith("503 5.5.1");
            assertThat(one.say("EHLO client.example").reply().lines()).noneMatch(l -> l.startsWith("AUTH"));
            secured(two);
            assertThat(two.ask("AUTH PLAIN")).isEqualTo("334 ");
            assertThat(two.ask(base64("user\0user\0pencil"))).startsWith("235 2.7.0");
        }
    }

    @Test
    void loginAsksForNameAndPassword() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            assertThat(client.ask("AUTH LOGIN")).isEqualTo("334 " + base64("Username:"));
            assertThat(client.ask(base64("user"))).isEqualTo("334 " + base64("Password:"));
            assertThat(client.ask(base64("wrong"))).startsWith("535 5.7.8");
            assertThat(client.ask("AUTH LOGIN " + base64("user"))).isEqualTo("334 " + base64("Password:"));
            assertThat(client.ask(base64("pencil"))).startsWith("235 2.7.0");
        }
    }

    /** Nobody learns who exists; the log does not learn what was typed. */
    @Test
    void wrongNameAndWrongPasswordSoundAlike() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            String password = client.ask("AUTH PLAIN " + base64("\0user\0secret-1"));
            String name = client.ask("AUTH PLAIN " + base64("\0secret-2\0pencil"));
            String other = client.ask("AUTH PLAIN " + base64("boss\0user\0pencil"));
            assertThat(password).isEqualTo("535 5.7.8 wrong user name or password");
            assertThat(name).isEqualTo(password);
            assertThat(other).isEqualTo(password);
            assertThat(server.parts.failedLogins)
                    .containsExactly("wrong password for user", "no such user", "user wants to act for another: boss");
        }
    }

    @Test
    void inClearPasswordsAreNotAskedFor() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client().greeted()) {
            assertThat(client.ask("AUTH PLAIN " + base64("\0user\0pencil"))).startsWith("538 5.7.11");
            assertThat(client.ask("AUTH CRAM-MD5")).startsWith("538 5.7.11");
            assertThat(client.ask("AUTH NTLM")).startsWith("503 5.5.1");
        }
    }

    @Test
    void whatIsNoLogin() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            assertThat(client.ask("AUTH CRAM-MD5")).startsWith("504 5.5.4");
            assertThat(client.ask("AUTH")).startsWith("501 5.5.4");
            assertThat(client.ask("AUTH PLAIN =")).startsWith("501 5.5.2");
            assertThat(client.ask("AUTH PLAIN !!")).startsWith("501 5.5.2");
            assertThat(client.ask("AUTH PLAIN " + base64("no nuls"))).startsWith("501 5.5.2");
            assertThat(client.ask("AUTH LOGIN")).startsWith("334");
            assertThat(client.ask("*")).startsWith("501 5.7.0");
            assertThat(client.ask("AUTH LOGIN")).startsWith("334");
            assertThat(client.ask("x".repeat(13_000))).startsWith("500 5.5.6");
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.ask("AUTH PLAIN")).startsWith("503 5.5.1");
        }
    }

    @Test
    void guessingHasAnEnd() throws Exception {
        try (TestServer server = new TestServer(
                        SmtpServerOptions.of("mx.example")
                                .withLimits(ServerLimits.defaults().withSession(10, 100, 3)),
                        TestServer.tls());
                TestClient client = server.client()) {
            secured(client);
            for (int i = 0; i < 4; i++) {
                assertThat(client.ask("AUTH PLAIN " + base64("\0user\0guess" + i)))
                        .startsWith("535");
            }
            assertThat(client.reply().toString()).startsWith("421 4.7.0");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SCRAM_SHA_256", "SCRAM_SHA_256_PLUS"})
    void scram(SaslMechanism mechanism) throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            TlsSession session = secured(client);
            Optional<ChannelBinding> binding = mechanism.binding()
                    ? session.bindings().stream()
                            .filter(b -> b.type() == ChannelBinding.Type.TLS_EXPORTER)
                            .findFirst()
                    : Optional.empty();
            assertThat(talk(client, mechanism, binding, false, "pencil").code()).isEqualTo(235);
        }
    }

    @Test
    void scramBoundToTheServersCertificate() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            Optional<ChannelBinding> binding = secured(client).bindings().stream()
                    .filter(b -> b.type() == ChannelBinding.Type.TLS_SERVER_END_POINT)
                    .findFirst();
            assertThat(talk(client, SaslMechanism.SCRAM_SHA_256_PLUS, binding, false, "pencil")
                            .code())
                    .isEqualTo(235);
        }
    }

    @Test
    void scramWithAWrongPassword() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            assertThat(talk(client, SaslMechanism.SCRAM_SHA_256, Optional.empty(), false, "pencils")
                            .toString())
                    .isEqualTo("535 5.7.8 wrong user name or password");
        }
    }

    /** RFC 5802 section 6: somebody has taken -PLUS out of the offer. */
    @Test
    void aTakenAwayOfferIsNoticed() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            assertThat(talk(client, SaslMechanism.SCRAM_SHA_256, Optional.empty(), true, "pencil")
                            .code())
                    .isEqualTo(535);
            assertThat(server.parts.failedLogins.getFirst()).contains("RFC 5802 section 6");
        }
    }

    /** A binding of another session: the login is passed on by somebody with a TLS session of each side. */
    @Test
    void aLoginThatIsPassedOnIsNoticed() throws Exception {
        try (TestServer server = TestServer.withTls();
                TestClient client = server.client()) {
            secured(client);
            Optional<ChannelBinding> foreign =
                    Optional.of(new ChannelBinding(ChannelBinding.Type.TLS_EXPORTER, new byte[32]));
            assertThat(talk(client, SaslMechanism.SCRAM_SHA_256_PLUS, foreign, false, "pencil")
                            .code())
                    .isEqualTo(535);
            assertThat(server.parts.failedLogins.getFirst()).contains("passes the login on");
        }
    }

    /** What has no password to be overheard may go in clear where the server lets it. */
    @Test
    void scramInClear() throws Exception {
        try (TestServer server = new TestServer();
                TestClient client = server.client()) {
            server.parts.inClear = Set.of(SaslMechanism.SCRAM_SHA_256);
            client.greeted();
            assertThat(talk(client, SaslMechanism.SCRAM_SHA_256, Optional.empty(), true, "pencil")
                            .code())
                    .isEqualTo(235);
            assertThat(client.code("MAIL FROM:<a@a.example>")).isEqualTo(250);
            assertThat(client.code("RCPT TO:<b@b.example>")).isEqualTo(250);
            assertThat(client.code("DATA")).isEqualTo(354);
            assertThat(client.raw("x\r\n.\r\n").reply().code()).isEqualTo(250);
            assertThat(server.parts.taken.getFirst().client().user()).contains("user");
        }
    }

    private static Reply talk(
            TestClient client,
            SaslMechanism mechanism,
            Optional<ChannelBinding> binding,
            boolean serverLacks,
            String password)
            throws Exception {
        SaslClient sasl = org.hikyaku.smtp.sasl.TestSasl.scram(
                mechanism,
                Credentials.password("user", Secret.of(password.toCharArray())),
                binding,
                serverLacks,
                new SecureRandom());
        SaslMessage first = sasl.first().orElseThrow();
        Reply reply =
                client.say("AUTH " + mechanism.title() + " " + encoded(first)).reply();
        while (reply.code() == 334) {
            reply = client.say(encoded(
                            sasl.answer(Base64.getDecoder().decode(reply.lines().getFirst()))))
                    .reply();
        }
        if (reply.code() == 235) {
            sasl.succeeded(); // the server has proved itself
        }
        return reply;
    }

    private static String encoded(SaslMessage message) {
        return Base64.getEncoder().encodeToString(message.bytes());
    }
}
