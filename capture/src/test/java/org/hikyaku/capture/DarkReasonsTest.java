package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Why a connection stays dark, with its evidence: captures of OpenSSL from which packets were taken out or cut. Numbers of
 * packets and lengths are tshark's.
 */
class DarkReasonsTest {
    private static TlsReport report(byte[] capture, SecretStore store) throws IOException {
        Captures.Decoded decoded = Captures.decode(capture, store);
        assertThat(decoded.connections).hasSize(1);
        return decoded.connections.getFirst().tls().orElseThrow();
    }

    private static Dark dark(byte[] capture, SecretStore store) throws IOException {
        return report(capture, store).dark().orElseThrow();
    }

    /** The capture without one packet, each of the others cut to a length. */
    private static byte[] edited(String name, int without, int snaplen) {
        byte[] pcap = Captures.bytes(name);
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(pcap, 0, 24);
        int frame = 1;
        for (int at = 24; at < pcap.length; frame++) {
            int captured = in.getInt(at + 8);
            if (frame != without) {
                int kept = Math.min(captured, snaplen);
                ByteBuffer header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
                header.put(pcap, at, 16).putInt(8, kept);
                out.writeBytes(header.array());
                out.write(pcap, at + 16, kept);
            }
            at += 16 + captured;
        }
        return out.toByteArray();
    }

    private static byte[] without(String name, int packet) {
        return edited(name, packet, Integer.MAX_VALUE);
    }

    @Test
    void clientHelloThatWasNotCaptured() throws IOException {
        Dark dark = dark(without("tls12-ecdhe.pcap", 4), Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.CLIENT_HELLO_MISSING);
        assertThat(dark.sentence()).contains("the ClientHello is not in the capture");
    }

    @Test
    void serverHelloThatWasNotCaptured() throws IOException {
        Dark dark = dark(without("tls12-ecdhe.pcap", 6), Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.SERVER_HELLO_MISSING);
        assertThat(dark.sentence())
                .contains("the ServerHello, which names version and cipher suite, is not in the capture");
    }

    /** What follows the hole is still decrypted. */
    @Test
    void lostBytesHaveTheirOffset() throws IOException {
        // 155 and 93 bytes of handshake stand before the 52 of application data.
        TlsReport tls = report(without("tls12-ecdhe.pcap", 10), Captures.keys("tls12-ecdhe.keys"));
        assertThat(tls.lostBytes()).isEqualTo(52);
        assertThat(tls.notes())
                .anySatisfy(note ->
                        assertThat(note).contains("52 bytes of the client are missing at offset 248 of its TLS"));
        assertThat(tls.decrypted()).isTrue();
    }

    @Test
    void snapshotLengthThatCutTheClientHello() throws IOException {
        Dark dark = dark(edited("tls12-ecdhe.pcap", 0, 200), Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.SNAPLEN);
        // The packet has 221 bytes.
        assertThat(dark.sentence())
                .contains("frame 4 lacks 21 bytes")
                .contains("tcpdump -s 0")
                .endsWith("; 1299 bytes would have been enough for this connection");
        // The longest packet has 1299: that snapshot length would have done.
        assertThat(Captures.decode(edited("tls12-ecdhe.pcap", 0, 200), new SecretStore()).warnings)
                .anySatisfy(warning ->
                        assertThat(warning).contains("2 packets were cut").contains("1299"));
    }

    /** {@code openssl s_client -sess_in}: the session that it resumes was not captured, but is in a log. */
    @Test
    void resumedWithoutItsParent() throws IOException {
        Dark alone = dark(Captures.bytes("resumed12.pcap"), new SecretStore());
        assertThat(alone.reason()).isEqualTo(Dark.Reason.PARENT_MISSING);
        assertThat(alone.sentence()).contains("resumes a session whose full handshake is not in the capture");
        Dark parent = dark(Captures.bytes("resumed12.pcap"), Captures.keys("resumed12-parent.keys"));
        assertThat(parent.reason()).isEqualTo(Dark.Reason.PARENT_MISSING);
        assertThat(parent.sentence()).contains("secrets of 1 session but no line for client random");
    }

    @Test
    void keyLogThatIsOlderThanTheConnection(@TempDir Path dir) throws IOException {
        Path log = Files.write(dir.resolve("old.keys"), Captures.bytes("tls12-ecdhe.keys"));
        Files.setLastModifiedTime(log, FileTime.from(Instant.parse("2020-02-03T04:05:06Z")));
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        Dark dark = dark(Captures.bytes("tls13.pcap"), store);
        assertThat(dark.reason()).isEqualTo(Dark.Reason.NO_LINE);
        assertThat(dark.sentence())
                .contains("secrets of 1 session but no line for client random")
                .contains("last written at 2020-02-03T04:05:06Z, before this connection began");
    }

    /** A web server that speaks no TLS on this port: what it says is shown, and the reason is no riddle. */
    @Test
    void serverThatDoesNotSpeakTls() throws IOException {
        byte[] pcap = Captures.bytes("tls12-ecdhe.pcap");
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24;
        for (int frame = 1; frame < 6; frame++) {
            at += 16 + in.getInt(at + 8);
        }
        System.arraycopy(new byte[] {'H', 'T', 'T', 'P', '/'}, 0, pcap, at + 16 + 66, 5);
        Dark dark = dark(pcap, new SecretStore());
        assertThat(dark.reason()).isEqualTo(Dark.Reason.NOT_TLS);
        assertThat(dark.sentence())
                .startsWith("the server answers the ClientHello with something that is not TLS: 'HTTP/")
                .endsWith("' (frame 6)");
    }
}
