package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.smtp.RecordedTranscript.Entry;
import org.hikyaku.smtp.sasl.Credentials;
import org.hikyaku.smtp.sasl.SaslClient;
import org.hikyaku.smtp.sasl.SaslException;
import org.hikyaku.smtp.sasl.SaslMechanism;
import org.hikyaku.smtp.sasl.SaslOffer;
import org.hikyaku.smtp.sasl.Secret;
import org.junit.jupiter.api.Test;

/** The AUTH dialogue of RFC 4954, with a server that follows a script. Base64 was made with coreutils. */
class SmtpLoginTest {
    private final RecordedTranscript transcript = new RecordedTranscript(InstantSource.system());

    private LoginOutcome login(SaslMechanism mechanism, String script) throws Exception {
        return login(mechanism, script, false);
    }

    private LoginOutcome login(SaslMechanism mechanism, String script, boolean showSecrets) throws Exception {
        String secret = mechanism.proof() == Credentials.Proof.TOKEN ? "t".repeat(500) : "tanstaaftanstaaf";
        Credentials credentials = new Credentials("", "tim", mechanism.proof(), Secret.of(secret.toCharArray()));
        SaslClient client = new SaslOffer(List.of(), true, Optional.empty(), "mx.example", 25)
                .client(mechanism, credentials, new SecureRandom());
        try (SmtpSession session = ScriptedSession.open(script, transcript)) {
            return new SmtpLogin(session, client, showSecrets).run();
        }
    }

    private String said() {
        return transcript.entries().stream().map(Entry::line).collect(Collectors.joining("\n"));
    }

    @Test
    void plainGoesWithTheCommandAndIsMasked() throws Exception {
        LoginOutcome outcome = login(SaslMechanism.PLAIN, """
                C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm
                S: 235 2.7.0 welcome
                """);

        assertThat(outcome).isInstanceOf(LoginOutcome.Accepted.class);
        assertThat(said())
                .contains("AUTH PLAIN ********", "base64 of authzid NUL authcid NUL password")
                .doesNotContain("AHRpb", "tanstaaf");
    }

    @Test
    void secretsAreShownWhenAskedFor() throws Exception {
        login(SaslMechanism.PLAIN, """
                C: AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm
                S: 235 2.7.0 welcome
                """, true);

        assertThat(said())
                .contains(
                        "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm",
                        "base64 of authzid NUL authcid NUL password: <NUL>tim<NUL>tanstaaftanstaaf");
    }

    @Test
    void loginAnswersQuestionsInBase64OrInPlainWords() throws Exception {
        for (List<String> questions :
                List.of(List.of("VXNlcm5hbWU6", "UGFzc3dvcmQ6"), List.of("Username:", "Password:"), List.of("", ""))) {
            LoginOutcome outcome = login(SaslMechanism.LOGIN, """
                    C: AUTH LOGIN
                    S: 334 %s
                    C: dGlt
                    S: 334 %s
                    C: dGFuc3RhYWZ0YW5zdGFhZg==
                    S: 535 5.7.8 no
                    """.formatted(questions.getFirst(), questions.getLast()));

            assertThat(outcome)
                    .isInstanceOfSatisfying(
                            LoginOutcome.Refused.class,
                            refused -> assertThat(refused.reply().code()).isEqualTo(535));
        }
        assertThat(said()).doesNotContain("dGFuc3RhYWZ0");
    }

    @Test
    void externalSaysAnEqualsSign() throws Exception {
        LoginOutcome outcome = login(SaslMechanism.EXTERNAL, "C: AUTH EXTERNAL =\nS: 235 2.7.0 ok\n");

        assertThat(outcome).isInstanceOf(LoginOutcome.Accepted.class);
        assertThat(said()).contains("the certificate says who");
    }

    @Test
    void aFirstMessageTooLongForACommandGoesAlone() throws Exception {
        // base64 of: user=tim^Aauth=Bearer ttt...^A^A
        byte[] message = ("user=tim\u0001auth=Bearer " + "t".repeat(500) + "\u0001\u0001")
                .getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        LoginOutcome outcome = login(SaslMechanism.XOAUTH2, """
                C: AUTH XOAUTH2
                S: 334
                C: %s
                S: 334 eyJzdGF0dXMiOiI0MDEifQ==
                C:\s
                S: 535 5.7.8 no
                """.formatted(
                        java.util.Base64.getEncoder().encodeToString(message)));

        assertThat(outcome)
                .isInstanceOfSatisfying(
                        LoginOutcome.Refused.class,
                        refused -> assertThat(refused.reason()).contains("{\"status\":\"401\"}"));
    }

    @Test
    void aServerThatClaimsSuccessWithoutProofIsNotBelieved() throws Exception {
        RecordedTranscript unused = transcript;
        SaslClient scram = new SaslOffer(List.of(), true, Optional.empty(), "mx.example", 25)
                .client(
                        SaslMechanism.SCRAM_SHA_1,
                        Credentials.password("user", Secret.of("pencil".toCharArray())),
                        new ZeroRandom());
        // n,,n=user,r=AAAAAAAAAAAAAAAAAAAAAAAA
        try (SmtpSession session = ScriptedSession.open(
                "C: AUTH SCRAM-SHA-1 biwsbj11c2VyLHI9QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB\nS: 235 2.7.0 come in\n",
                unused)) {
            assertThat(new SmtpLogin(session, scram, false).run())
                    .isInstanceOfSatisfying(
                            LoginOutcome.GivenUp.class,
                            e -> assertThat(e.kind()).isEqualTo(SaslException.Kind.SERVER_NOT_PROVED));
        }
    }

    @Test
    void nonsenseIsCancelled() throws Exception {
        LoginOutcome outcome = login(SaslMechanism.CRAM_MD5, """
                C: AUTH CRAM-MD5
                S: 334 this is not base64!
                C: *
                S: 501 5.7.0 cancelled
                """);

        assertThat(outcome).isInstanceOfSatisfying(LoginOutcome.GivenUp.class, e -> {
            assertThat(e.kind()).isEqualTo(SaslException.Kind.MALFORMED);
            assertThat(e.sentence()).contains("this is not base64!");
        });
    }

    @Test
    void aServerThatHangsUpIsAnOutcome() throws Exception {
        assertThat(login(SaslMechanism.CRAM_MD5, "C: AUTH CRAM-MD5\nclose\n"))
                .isEqualTo(new LoginOutcome.Broken("the server hung up"));
    }

    @Test
    void theOldFormOfTheOfferIsUnderstood() {
        EhloReply old = EhloReply.of("hi", new Reply(250, List.of("mx", "AUTH=LOGIN PLAIN", "SIZE 1")));
        EhloReply both = EhloReply.of("hi", new Reply(250, List.of("mx", "AUTH CRAM-MD5 PLAIN", "AUTH=LOGIN PLAIN")));

        assertThat(SmtpLogin.offered(old)).containsExactly("LOGIN", "PLAIN");
        assertThat(SmtpLogin.offered(both)).containsExactlyInAnyOrder("CRAM-MD5", "PLAIN", "LOGIN");
        assertThat(SmtpLogin.offered(EhloReply.of("hi", new Reply(250, List.of("mx")))))
                .isEmpty();
    }

    private static final class ZeroRandom extends SecureRandom {
        private static final long serialVersionUID = 1L;

        @Override
        public void nextBytes(byte[] bytes) {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    /** An open session with a server that follows a script. */
    static final class ScriptedSession {
        private ScriptedSession() {}

        static SmtpSession open(String script, Transcript transcript) {
            return open("S: 250-mx.example\nS: 250 AUTH PLAIN LOGIN\n", script, transcript);
        }

        static SmtpSession open(String ehlo, String script, Transcript transcript) {
            return attempt("STARTTLS", ehlo, script, transcript);
        }

        static SmtpSession openInside(String ehlo, String script, Transcript transcript) {
            return attempt("IMPLICIT", ehlo, script, transcript);
        }

        private static SmtpSession attempt(String use, String ehlo, String script, Transcript transcript) {
            String tls = use.equals("IMPLICIT") ? "TLS ok\n" : "";
            PeerScript peer = PeerScript.parse(
                            "== a session\n" + tls + "S: 220 mx.example\nC: EHLO client.example\n" + ehlo + script)
                    .getFirst();
            ScriptedPeer scripted = new ScriptedPeer(peer);
            return new SmtpClient(scripted, scripted, SmtpClientOptions.brisk("client.example"))
                    .open(new InetSocketAddress("192.0.2.25", 25), TlsUse.valueOf(use), Optional.empty(), transcript)
                    .session()
                    .orElseThrow();
        }
    }
}
