package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.HandshakeFailure.Stage;
import org.junit.jupiter.api.Test;

/** What is said of peers that do not finish a handshake. */
class HandshakeFailureTest {
    private static final byte[] ALERT_HANDSHAKE_FAILURE = {21, 3, 3, 0, 2, 2, 40};
    private static final byte[] ALERT_PROTOCOL_VERSION = {21, 3, 1, 0, 2, 2, 70};

    private static HandshakeFailure failure(ScriptedPeer.Script script) throws IOException {
        return failure(script, Duration.ofSeconds(20));
    }

    private static HandshakeFailure failure(ScriptedPeer.Script script, Duration time) throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(script)) {
            Connection connection = new SystemNetwork().dial(peer.address(), Deadline.after(Duration.ofSeconds(20)));
            TlsClient client = new TlsClient(TlsClientOptions.defaults(), new SecureRandom());
            return catchThrowableOfType(
                            HandshakeFailedException.class,
                            () -> client.handshake(connection, Optional.of("mx.example"), Deadline.after(time)))
                    .failure();
        }
    }

    @Test
    void aPeerThatHangsUp() throws IOException {
        assertThat(failure((in, out, over) -> {}))
                .isEqualTo(new HandshakeFailure(
                        Stage.CLOSED,
                        Optional.empty(),
                        true,
                        "the server closed the connection instead of answering the TLS handshake, without an alert"));
    }

    @Test
    void aPeerThatSendsAnAlert() throws IOException {
        assertThat(failure((in, out, over) -> out.write(ALERT_HANDSHAKE_FAILURE)))
                .isEqualTo(new HandshakeFailure(
                        Stage.HELLO,
                        Optional.of("handshake_failure"),
                        true,
                        "the server ended the TLS handshake before or at ServerHello with the alert handshake_failure:"
                                + " usually it has no cipher suite, group or signature algorithm in common with us"));
    }

    @Test
    void aPeerThatIsTooOld() throws IOException {
        assertThat(failure((in, out, over) -> out.write(ALERT_PROTOCOL_VERSION)).sentence())
                .isEqualTo(
                        "the server ended the TLS handshake before or at ServerHello with the alert protocol_version:"
                                + " it speaks none of the versions offered, TLSv1.2 to TLSv1.3");
    }

    @Test
    void aPeerThatSpeaksSmtp() throws IOException {
        assertThat(failure((in, out, over) -> {
                    out.write("220 mx.example ESMTP \u001b[31mred\r\n502 what?\r\n"
                            .getBytes(StandardCharsets.ISO_8859_1));
                    over.await();
                }))
                .isEqualTo(new HandshakeFailure(
                        Stage.NOT_TLS,
                        Optional.empty(),
                        true,
                        "the server does not speak TLS here: where its TLS answer should begin it sent"
                                + " \"220 mx.example ESMTP \\x1b[31mred\""));
    }

    @Test
    void aPeerThatSendsGarbage() throws IOException {
        byte[] garbage = new byte[1000];
        Arrays.fill(garbage, (byte) 0xee);
        HandshakeFailure failure = failure((in, out, over) -> out.write(garbage));
        assertThat(failure.stage()).isEqualTo(Stage.NOT_TLS);
        assertThat(failure.sentence()).contains("\"\\xee\\xee").hasSizeLessThan(200);
    }

    @Test
    void aPeerThatSendsAByteAndThenNothing() throws IOException {
        HandshakeFailure failure = failure(
                (in, out, over) -> {
                    out.write(22);
                    over.await();
                },
                Duration.ofMillis(300));
        assertThat(failure)
                .isEqualTo(new HandshakeFailure(
                        Stage.TIMEOUT,
                        Optional.empty(),
                        true,
                        "the server stopped answering in the middle of the TLS handshake, before or at ServerHello"));
    }

    @Test
    void aPeerThatSaysNothing() throws IOException {
        assertThat(failure((in, out, over) -> over.await(), Duration.ofMillis(300))
                        .sentence())
                .isEqualTo("the server did not answer the TLS handshake within the time allowed");
    }

    @Test
    void aHandshakeMessageOf16Megabytes() throws IOException {
        HandshakeFailure failure = failure((in, out, over) -> {
            byte[] first = record(22, 16384);
            first[5] = 2; // ServerHello
            first[6] = (byte) 0xff;
            first[7] = (byte) 0xff;
            first[8] = (byte) 0xff;
            out.write(first);
            for (int i = 0; i < 1023; i++) {
                out.write(record(22, 16384));
            }
        });
        assertThat(failure)
                .isEqualTo(new HandshakeFailure(
                        Stage.HELLO,
                        Optional.of("internal_error"),
                        false,
                        "the server sent more than the limit of 262144 bytes received in a TLS handshake;"
                                + " the handshake was given up before or at ServerHello"));
    }

    @Test
    void tinyRecordsWithoutEnd() throws IOException {
        HandshakeFailure failure = failure((in, out, over) -> {
            byte[] hello = record(22, 1);
            out.write(new byte[] {22, 3, 3, 0, 4, 2, 0, (byte) 0xff, (byte) 0xff});
            for (int i = 0; i < 1_000_000; i++) {
                out.write(hello);
            }
        });
        assertThat(failure.sentence()).contains("more than the limit of 262144 bytes received in a TLS handshake");
    }

    @Test
    void warningAlertsWithoutEnd() throws IOException {
        byte[] warning = {21, 3, 3, 0, 2, 1, 112};
        HandshakeFailure failure = failure((in, out, over) -> {
            for (int i = 0; i < 1_000_000; i++) {
                out.write(warning);
            }
        });
        assertThat(failure.stage()).isIn(Stage.HELLO, Stage.CLOSED);
    }

    private static byte[] record(int type, int length) {
        byte[] record = new byte[5 + length];
        record[0] = (byte) type;
        record[1] = 3;
        record[2] = 3;
        record[3] = (byte) (length >> 8);
        record[4] = (byte) length;
        return record;
    }

    @Test
    void oldVersionsAreRefusedWithAWord() {
        assertThatThrownBy(() -> TlsClientOptions.defaults().withVersions(TlsVersion.SSLV3, TlsVersion.TLSV1_2))
                .hasMessage("SSLv3 cannot be spoken by this client, only probed for");
        assertThatThrownBy(() -> TlsClientOptions.defaults().withVersions(TlsVersion.TLSV1_3, TlsVersion.TLSV1_2))
                .hasMessage("no version lies between TLSv1.3 and TLSv1.2");
    }
}
