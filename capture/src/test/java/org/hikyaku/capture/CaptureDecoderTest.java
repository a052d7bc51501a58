package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.hikyaku.x509.Pem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Captures of OpenSSL decode to what its client sent and its server answered; what cannot be decrypted says why. */
class CaptureDecoderTest {

    private static String said(String name) {
        return "hello from " + name + "\n" + new StringBuilder("hello from " + name).reverse() + "\n";
    }

    private static RsaKeys serverKey() throws IOException {
        RsaKeys keys = new RsaKeys();
        keys.add(Captures.path("server.key"));
        return keys;
    }

    private static Dark dark(Captures.Decoded decoded) {
        assertThat(decoded.connections).hasSize(1);
        return decoded.connections
                .getFirst()
                .tls()
                .flatMap(TlsReport::dark)
                .orElseThrow(() -> new AssertionError("not dark"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls13", "tls12-rsa", "tls12-ecdhe", "tls10-cbc"})
    void keyLogOpensIt(String name) throws IOException {
        Captures.Decoded decoded = Captures.decode(Captures.bytes(name + ".pcap"), Captures.keys(name + ".keys"));
        assertThat(decoded.texts).containsExactly(said(name));
        TlsReport tls = decoded.connections.getFirst().tls().orElseThrow();
        assertThat(tls.finished(Side.CLIENT)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.finished(Side.SERVER)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(tls.serverName()).contains("mx.example");
        assertThat(tls.dark()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"tls12-rsa", "tls10-cbc"})
    void serversKeyOpensRsaKeyExchange(String name) throws IOException {
        Captures.Decoded decoded = Captures.decode(Captures.bytes(name + ".pcap"), new SecretStore(), serverKey());
        assertThat(decoded.texts).containsExactly(said(name));
    }

    @ParameterizedTest
    @CsvSource({
        "tls13, TLS13, TLS 1.3 has no static RSA",
        "tls12-ecdhe, EPHEMERAL, ECDHE",
    })
    void serversKeyDoesNotOpenTheRest(String name, Dark.Reason reason, String words) throws IOException {
        Dark dark = dark(Captures.decode(Captures.bytes(name + ".pcap"), new SecretStore(), serverKey()));
        assertThat(dark.reason()).isEqualTo(reason);
        assertThat(dark.sentence()).contains(words);
    }

    /** The session block that {@code openssl s_client} printed beside this capture: its Session-ID is the ticket's SHA-256. */
    @Test
    void aSessionNamedByItsTicketIsOpenedAlthoughTheTicketComesAfterTheClientsFinished(@TempDir Path dir)
            throws IOException {
        Path log = Files.writeString(
                dir.resolve("session.keys"),
                "RSA Session-ID:44F458D5AA6DF25BF1DE35BBC04D92DB9001A9089F640EB82E4C1D046097D1B2 Master-Key:"
                        + "9AA0A873940359A9D2584CCFB123554752E2AC5C75F9D17CA991179FC2DAD06995BE74961374F1828520928BE1C18893\n");
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        Captures.Decoded decoded = Captures.decode(Captures.bytes("ticket12.pcap"), store);
        assertThat(decoded.connections.getFirst().tls().orElseThrow().dark()).isEmpty();
        assertThat(decoded.texts).containsExactly("hello hikyaku log-sess12\n21sses-gol ukaykih olleh\n");
    }

    @Test
    void keyOfAnotherCertificateIsNamedAsSuch() throws IOException {
        RsaKeys other = new RsaKeys();
        Path file = Files.createTempFile("other", ".key");
        KeyPairGenerator generator;
        try {
            generator = KeyPairGenerator.getInstance("RSA");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        Files.writeString(file, Pem.encode(generator.generateKeyPair().getPrivate()));
        other.add(file);
        Files.delete(file);
        Dark dark = dark(Captures.decode(Captures.bytes("tls12-rsa.pcap"), new SecretStore(), other));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.WRONG_RSA_KEY);
        assertThat(dark.sentence()).contains("does not belong to the certificate");
    }

    @Test
    void withoutKeysItSaysWhichWouldHelp() throws IOException {
        Dark dark = dark(Captures.decode(Captures.bytes("tls12-rsa.pcap"), new SecretStore()));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.NO_KEY);
        assertThat(dark.sentence()).contains("--rsa-key");
    }

    @Test
    void logOfAnotherSessionHasNoLine() throws IOException {
        Dark dark = dark(Captures.decode(Captures.bytes("tls13.pcap"), Captures.keys("tls12-ecdhe.keys")));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.NO_LINE);
        assertThat(dark.sentence()).contains("secrets of 1 session").contains("client random");
    }

    @Test
    void secretThatDoesNotFitIsTold() throws IOException {
        String log = new String(Captures.bytes("tls12-ecdhe.keys"), StandardCharsets.US_ASCII);
        String line = log.lines()
                .filter(l -> l.startsWith("CLIENT_RANDOM"))
                .findFirst()
                .orElseThrow();
        SecretStore wrong = new SecretStore();
        String changed = line.substring(0, line.length() - 2) + (line.endsWith("00") ? "01" : "00");
        wrong.addText(changed.getBytes(StandardCharsets.US_ASCII), "wrong.keys");
        Dark dark = dark(Captures.decode(Captures.bytes("tls12-ecdhe.pcap"), wrong));
        assertThat(dark.reason()).isEqualTo(Dark.Reason.WRONG_SECRET);
        assertThat(dark.sentence()).contains("wrong.keys");
    }

    @Test
    void applicationSecretsAloneAreEnoughForApplicationData() throws IOException {
        SecretStore some = new SecretStore();
        String log = new String(Captures.bytes("tls13.keys"), StandardCharsets.US_ASCII);
        some.addText(
                String.join(
                                "\n",
                                log.lines()
                                        .filter(l -> l.contains("TRAFFIC_SECRET_0"))
                                        .toList())
                        .getBytes(StandardCharsets.US_ASCII),
                "some.keys");
        assertThat(Captures.decode(Captures.bytes("tls13.pcap"), some).texts).containsExactly(said("tls13"));
    }

    @Test
    void gzipIsReadAsItIs() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(Captures.bytes("tls13.pcap"));
        }
        assertThat(Captures.decode(packed.toByteArray(), Captures.keys("tls13.keys")).texts)
                .containsExactly(said("tls13"));
    }

    @Test
    void zstdIsReadAsItIs() throws IOException {
        byte[] packed = Zstd.compress(Captures.bytes("tls13.pcap"));
        assertThat(Captures.decode(packed, Captures.keys("tls13.keys")).texts).containsExactly(said("tls13"));
    }

    /** draft-ietf-opsawg-pcap: the same packets with the header fields the other way round. */
    @Test
    void otherByteOrderIsReadAlike() throws IOException {
        byte[] swapped = Captures.bytes("tls13.pcap").clone();
        ByteBuffer in = ByteBuffer.wrap(Captures.bytes("tls13.pcap")).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.wrap(swapped).order(ByteOrder.BIG_ENDIAN);
        out.putInt(0, in.getInt(0)).putShort(4, in.getShort(4)).putShort(6, in.getShort(6));
        for (int at = 8; at < 24; at += 4) {
            out.putInt(at, in.getInt(at));
        }
        int at = 24;
        while (at < swapped.length) {
            int captured = in.getInt(at + 8);
            for (int i = 0; i < 16; i += 4) {
                out.putInt(at + i, in.getInt(at + i));
            }
            at += 16 + captured;
        }
        assertThat(Captures.decode(swapped, Captures.keys("tls13.keys")).texts).containsExactly(said("tls13"));
    }

    @Test
    void secretsBlockOfPcapngOpensItAlone() throws IOException {
        Captures.Decoded decoded =
                Captures.decode(pcapng(Captures.bytes("tls13.pcap"), "tls13.keys"), new SecretStore());
        assertThat(decoded.texts).containsExactly(said("tls13"));
        assertThat(decoded.connections.getFirst().tls().flatMap(TlsReport::keyOrigin))
                .hasValueSatisfying(origin -> assertThat(origin).startsWith("the capture line"));
    }

    /** draft-ietf-opsawg-pcapng: section header, interface, secrets, enhanced packets. */
    static byte[] pcapng(byte[] pcap, String keys) {
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(pcap.length * 3 + 4096).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(0x0a0d0d0a).putInt(28).putInt(0x1a2b3c4d).putShort((short) 1).putShort((short) 0);
        out.putLong(-1).putInt(28);
        out.putInt(1)
                .putInt(20)
                .putShort((short) in.getInt(20))
                .putShort((short) 0)
                .putInt(0)
                .putInt(20);
        byte[] secrets = Captures.bytes(keys);
        int padded = secrets.length + 3 & ~3;
        out.putInt(10).putInt(20 + padded).putInt(0x544c534b).putInt(secrets.length);
        out.put(Arrays.copyOf(secrets, padded)).putInt(20 + padded);
        int at = 24;
        while (at < pcap.length) {
            int captured = in.getInt(at + 8);
            long micros = in.getInt(at) * 1_000_000L + in.getInt(at + 4);
            int size = captured + 3 & ~3;
            out.putInt(6)
                    .putInt(32 + size)
                    .putInt(0)
                    .putInt((int) (micros >>> 32))
                    .putInt((int) micros);
            out.putInt(captured).putInt(in.getInt(at + 12));
            out.put(Arrays.copyOf(Arrays.copyOfRange(pcap, at + 16, at + 16 + captured), size))
                    .putInt(32 + size);
            at += 16 + captured;
        }
        return Arrays.copyOf(out.array(), out.position());
    }

    @Test
    void fileCutAnywhereIsReadUpToTheCut() throws IOException {
        byte[] whole = Captures.bytes("tls13.pcap");
        for (int length = 24; length < whole.length; length += 7) {
            Captures.Decoded decoded = Captures.decode(Arrays.copyOf(whole, length), Captures.keys("tls13.keys"));
            for (String text : decoded.texts) {
                assertThat(said("tls13")).startsWith(text);
            }
        }
        assertThat(Captures.decode(Arrays.copyOf(whole, whole.length - 1), Captures.keys("tls13.keys")).warnings)
                .anySatisfy(w -> assertThat(w).contains("it was cut"));
    }

    @Test
    void packetThatClaimsTooMuchIsNamed() {
        byte[] lying = Captures.bytes("tls13.pcap").clone();
        ByteBuffer.wrap(lying).order(ByteOrder.LITTLE_ENDIAN).putInt(24 + 8, 0x7fffffff);
        assertThatThrownBy(() -> Captures.decode(lying, new SecretStore()))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("packet 1 claims 2147483647 bytes");
    }

    @Test
    void textIsNoCapture() {
        assertThatThrownBy(() -> Captures.decode("hello there".getBytes(StandardCharsets.US_ASCII), new SecretStore()))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("is not a capture");
    }

    /** One packet after another is left out: nothing but decrypted content ever comes out, and never an exception. */
    @ParameterizedTest
    @ValueSource(strings = {"tls13", "tls12-rsa", "tls12-ecdhe", "tls10-cbc"})
    void lostPacketsCostNoMoreThanTheyHeld(String name) throws IOException {
        byte[] pcap = Captures.bytes(name + ".pcap");
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        int whole = 0;
        for (int at = 24; at < pcap.length; at += 16 + in.getInt(at + 8)) {
            int size = 16 + in.getInt(at + 8);
            byte[] without = new byte[pcap.length - size];
            System.arraycopy(pcap, 0, without, 0, at);
            System.arraycopy(pcap, at + size, without, at, pcap.length - at - size);
            Captures.Decoded decoded = Captures.decode(without, Captures.keys(name + ".keys"));
            for (String text : decoded.texts) {
                // A hole may be declared late: then the lines come in another order, but each is whole or missing.
                assertThat(said(name).lines().toList()).containsAll(text.lines().toList());
            }
            if (decoded.texts.getFirst().length() == said(name).length()) {
                whole++;
            } else {
                assertThat(decoded.holes.isEmpty()
                                && decoded.connections
                                        .getFirst()
                                        .tls()
                                        .flatMap(TlsReport::dark)
                                        .isEmpty())
                        .as("packet at %d", at)
                        .isFalse();
            }
        }
        assertThat(whole).isGreaterThan(5); // acknowledgements and the like are not missed
    }
}
