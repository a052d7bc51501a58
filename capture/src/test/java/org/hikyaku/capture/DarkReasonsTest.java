package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Collectors;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    /** Where the payload of a packet begins in the file: behind Ethernet, IPv4, and TCP with time stamps. */
    private static int payload(byte[] pcap, int frame) {
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24;
        for (int i = 1; i < frame; i++) {
            at += 16 + in.getInt(at + 8);
        }
        return at + 16 + 66;
    }

    /** RFC 5246 section 7.4.1.2: an id of a session has at most 32 bytes; it stands behind record, message, version and random. */
    @Test
    void helloThatMakesNoSense() throws IOException {
        byte[] pcap = Captures.bytes("tls12-ecdhe.pcap");
        pcap[payload(pcap, 4) + 5 + 4 + 2 + 32] = (byte) 200;
        Dark dark = dark(pcap, Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.MALFORMED);
        assertThat(dark.sentence()).startsWith("the client's client_hello in frame 4 is malformed: ");
    }

    @Test
    void logWithOneSideOnly() throws IOException {
        SecretStore store = new SecretStore();
        String server = new String(Captures.bytes("tls13.keys"), StandardCharsets.US_ASCII)
                .lines()
                .filter(line -> line.startsWith("SERVER_"))
                .collect(Collectors.joining("\n"));
        store.addText(server.getBytes(StandardCharsets.US_ASCII), "server's log");
        TlsReport tls = report(Captures.bytes("tls13.pcap"), store);
        assertThat(tls.dark()).hasValueSatisfying(dark -> {
            assertThat(dark.reason()).isEqualTo(Dark.Reason.INCOMPLETE_LINES);
            assertThat(dark.sentence())
                    .isEqualTo(
                            "the key log has lines for this session but not CLIENT_HANDSHAKE_TRAFFIC_SECRET: what the"
                                    + " client sent under it stays dark");
        });
        assertThat(tls.decryptedBytes(Side.CLIENT)).isZero();
        assertThat(tls.decryptedBytes(Side.SERVER)).isPositive();
    }

    private static Dark withServerKey(byte[] capture) throws IOException {
        RsaKeys rsa = new RsaKeys();
        rsa.add(Captures.path("server.key"));
        Captures.Decoded decoded = Captures.decode(capture, new SecretStore(), rsa);
        return decoded.connections.getFirst().tls().orElseThrow().dark().orElseThrow();
    }

    @Test
    void clientKeyExchangeThatWasNotCaptured() throws IOException {
        Dark dark = withServerKey(without("tls12-rsa.pcap", 8));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.KEY_EXCHANGE_MISSING);
        assertThat(dark.sentence())
                .startsWith(
                        "the ClientKeyExchange, which holds the premaster secret under the server's key, is not in");
    }

    /** The certificate is cut: with extended master secret (RFC 7627) the key alone no longer does. */
    @Test
    void handshakeThatIsNotWhole() throws IOException {
        Dark dark = withServerKey(edited("tls12-rsa.pcap", 0, 800));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.BYTES_LOST);
        assertThat(dark.sentence())
                .startsWith(
                        "handshake messages are missing, and the master secret (RFC 7627) is made from all of them");
    }

    /** TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC, RFC 9189. */
    @Test
    void suiteThatNobodyHereDecrypts() throws IOException {
        byte[] pcap = Captures.bytes("tls12-ecdhe.pcap");
        int id = payload(pcap, 6) + 5 + 4 + 2 + 32;
        pcap[id + 1 + pcap[id]] = (byte) 0xc1;
        pcap[id + 1 + pcap[id] + 1] = 0;
        Dark dark = dark(pcap, Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.UNSUPPORTED);
        assertThat(dark.sentence())
                .isEqualTo(
                        "the cipher suite TLS_GOSTR341112_256_WITH_KUZNYECHIK_CTR_OMAC is not one that Hikyaku decrypts");
    }

    /** RFC 8998: TLS_SM4_GCM_SM3, also in a HelloRetryRequest, whose random is a constant (RFC 8446 section 4.1.3). */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void suiteWhoseDigestNobodyHereHas(boolean retry) throws IOException {
        byte[] pcap = Captures.bytes("tls13.pcap");
        int random = payload(pcap, 6) + 5 + 4 + 2;
        if (retry) {
            String constant = "cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c";
            System.arraycopy(HexFormat.of().parseHex(constant), 0, pcap, random, 32);
            int keyShare = random;
            while (pcap[keyShare] != 0 || pcap[keyShare + 1] != 0x33 || pcap[keyShare + 3] != 0x24) {
                keyShare++;
            }
            pcap[keyShare] = 0x7f; // another extension: that of a HelloRetryRequest names a group alone
        }
        int id = random + 32;
        pcap[id + 1 + pcap[id]] = 0;
        pcap[id + 1 + pcap[id] + 1] = (byte) 0xc6;
        TlsReport tls = report(pcap, Captures.keys("tls13.keys"));
        assertThat(tls.suiteName()).contains("TLS_SM4_GCM_SM3");
        assertThat(tls.decrypted()).isFalse();
        if (!retry) {
            assertThat(tls.dark().orElseThrow().reason()).isEqualTo(Dark.Reason.UNSUPPORTED);
        }
    }

    @Test
    void handshakeThatWasNotFinished() throws IOException {
        byte[] pcap = Captures.bytes("tls12-ecdhe.pcap");
        Dark dark = dark(Arrays.copyOf(pcap, payload(pcap, 8) - 16 - 66), Captures.keys("tls12-ecdhe.keys"));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.ENDED_EARLY);
        assertThat(dark.sentence())
                .isEqualTo("the connection ended within the handshake, before anything was encrypted");
    }
}
