package org.hikyaku.smtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.EOFException;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.smtp.RecordedTranscript.Entry;
import org.hikyaku.smtp.Transcript.Speaker;
import org.junit.jupiter.api.Test;

class SmtpSessionTest {
    private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
    private static final String OPENING = """
            == an open session
            S: 220 mx.example
            C: EHLO client.example
            S: 250-mx.example
            S: 250 AUTH PLAIN LOGIN
            """;

    private final RecordedTranscript transcript = new RecordedTranscript(InstantSource.fixed(NOON));

    @Test
    void aCommandHasItsReply() throws Exception {
        try (SmtpSession session = open("C: VRFY postmaster\nS: 252-2.5.0 who\nS: 252 2.5.0 knows\n")) {
            Reply reply = session.command("VRFY postmaster");
            assertThat(reply.code()).isEqualTo(252);
            assertThat(reply.kind()).isEqualTo(Reply.Kind.POSITIVE);
            assertThat(reply.enhanced()).contains(new EnhancedStatus(2, 5, 0));
            assertThat(reply.text()).isEqualTo("2.5.0 who\n2.5.0 knows");
            assertThat(reply).hasToString("252 2.5.0 who / 2.5.0 knows");
        }
    }

    @Test
    void aCommandIsOneLine() throws Exception {
        try (SmtpSession session = open("")) {
            for (String line : List.of("NOOP\r\nRSET", "NOOP\nRSET", "NOOP\rRSET")) {
                assertThatThrownBy(() -> session.command(line)).isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @Test
    void aServerThatHangsUpIsAnError() throws Exception {
        try (SmtpSession session = open("C: NOOP\nclose\n")) {
            assertThatThrownBy(() -> session.command("NOOP"))
                    .isInstanceOf(EOFException.class)
                    .hasMessage("the server hung up");
        }
    }

    @Test
    void theTranscriptSaysWhoSaidWhatWhen() throws Exception {
        try (SmtpSession session = open("C: NOOP\nS: 250 ok\nC: QUIT\nS: 221 bye\n")) {
            session.command("NOOP");
            session.quit();
        }
        assertThat(transcript.entries())
                .containsExactly(
                        new Entry(NOON, Speaker.NARRATOR, "connected to 192.0.2.25:25"),
                        new Entry(NOON, Speaker.SERVER, "220 mx.example"),
                        new Entry(NOON, Speaker.CLIENT, "EHLO client.example"),
                        new Entry(NOON, Speaker.SERVER, "250-mx.example"),
                        new Entry(NOON, Speaker.SERVER, "250 AUTH PLAIN LOGIN"),
                        new Entry(NOON, Speaker.CLIENT, "NOOP"),
                        new Entry(NOON, Speaker.SERVER, "250 ok"),
                        new Entry(NOON, Speaker.CLIENT, "QUIT"),
                        new Entry(NOON, Speaker.SERVER, "221 bye"));
    }

    @Test
    void secretsAreMaskedInTheTranscript() throws Exception {
        try (SmtpSession session = open("""
                C: auth PLAIN AGEAaHVzaA==
                S: 535 5.7.8 no
                C: AUTH LOGIN
                S: 334 VXNlcm5hbWU6
                C: YQ==
                S: 334 UGFzc3dvcmQ6
                C: aHVzaA==
                S: 235 2.7.0 yes
                """)) {
            session.command("auth PLAIN AGEAaHVzaA==");
            session.command("AUTH LOGIN");
            session.secret("YQ==");
            assertThat(session.secret("aHVzaA==").code()).isEqualTo(235);
        }
        List<String> said = transcript.entries().stream()
                .filter(e -> e.speaker() == Speaker.CLIENT)
                .map(Entry::line)
                .toList();
        assertThat(said)
                .containsExactly("EHLO client.example", "auth PLAIN ********", "AUTH LOGIN", "********", "********");
    }

    @Test
    void aSecretWithALineEndIsNotShownInTheError() throws Exception {
        try (SmtpSession session = open("")) {
            assertThatThrownBy(() -> session.command("AUTH PLAIN AGEAaHVzaA==\r\n"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("AGEA");
        }
    }

    @Test
    void aLongTranscriptKeepsItsBeginning() {
        long limit = SmtpLimits.TRANSCRIPT_LINES.value();
        for (long i = 0; i < limit + 5; i++) {
            transcript.said(Speaker.SERVER, "line " + i);
        }
        assertThat(transcript.entries()).hasSize((int) limit);
        assertThat(transcript.entries().getFirst().line()).isEqualTo("line 0");
        assertThat(transcript.dropped()).isEqualTo(5);
    }

    private SmtpSession open(String then) {
        ScriptedPeer peer = new ScriptedPeer(PeerScript.parse(OPENING + then).getFirst());
        return new SmtpClient(peer, peer, SmtpClientOptions.brisk("client.example"))
                .open(new InetSocketAddress(peer.remote().getAddress(), 25), TlsUse.NONE, Optional.empty(), transcript)
                .session()
                .orElseThrow();
    }
}
