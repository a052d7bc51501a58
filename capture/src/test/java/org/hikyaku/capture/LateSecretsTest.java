package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tls.Dark;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.KeyLogFileReader;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Secrets that come after the packets that they open, in a capture that is read as it is made. */
@Timeout(60)
class LateSecretsTest {
    private static final String[] NAMES = {"tls13", "tls12-ecdhe", "tls12-rsa"};

    @TempDir
    Path folder;

    private static String said(String name) {
        return "hello from " + name + "\n" + new StringBuilder("hello from " + name).reverse() + "\n";
    }

    /** Two parts; the second is there when the first has been told. */
    private static final class TwoParts extends InputStream {
        private final byte[] all;
        private final int border;
        private final CountDownLatch told = new CountDownLatch(1);
        private final Runnable between;
        private int at;

        TwoParts(byte[] first, byte[] second, Runnable between) {
            all = Arrays.copyOf(first, first.length + second.length);
            System.arraycopy(second, 0, all, first.length, second.length);
            border = first.length;
            this.between = between;
        }

        @Override
        public int read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            if (at == border) {
                try {
                    if (!told.await(30, TimeUnit.SECONDS)) {
                        throw new AssertionError("the first part was never told");
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new InterruptedIOException();
                }
                between.run();
            }
            if (at == all.length) {
                return -1;
            }
            int n = Math.min(length, (at < border ? border : all.length) - at);
            System.arraycopy(all, at, to, offset, n);
            at += n;
            return n;
        }

        @Override
        public int available() {
            return at < border ? border - at : 0;
        }
    }

    /** The byte behind so many packets of a pcap file. */
    private static int behind(byte[] pcap, int packets) {
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        int at = 24;
        for (int i = 0; i < packets; i++) {
            at += 16 + in.getInt(at + 8);
        }
        return at;
    }

    /** The same in pcapng: the section header and the interface have 48 bytes, secrets are taken out. */
    private static byte[][] pcapng(String name) {
        byte[] whole = CaptureDecoderTest.pcapng(Captures.bytes(name + ".pcap"), name + ".keys");
        ByteBuffer in = ByteBuffer.wrap(whole).order(ByteOrder.LITTLE_ENDIAN);
        int secrets = 48;
        int length = in.getInt(secrets + 4);
        byte[] without = new byte[whole.length - length];
        System.arraycopy(whole, 0, without, 0, secrets);
        System.arraycopy(whole, secrets + length, without, secrets, whole.length - secrets - length);
        return new byte[][] {without, Arrays.copyOfRange(whole, secrets, secrets + length)};
    }

    private static int behindBlocks(byte[] pcapng, int packets) {
        ByteBuffer in = ByteBuffer.wrap(pcapng).order(ByteOrder.LITTLE_ENDIAN);
        int at = 48;
        for (int i = 0; i < packets; i++) {
            at += in.getInt(at + 4);
        }
        return at;
    }

    /** A packet of another connection in clear: when it is told, all that stands before it has been decoded. */
    private static byte[] marker(byte[] pcap) {
        ByteBuffer in = ByteBuffer.wrap(pcap).order(ByteOrder.LITTLE_ENDIAN);
        byte[] frame = Hex.bytes(
                "000000000000 000000000000 0800",
                "4500 002d 0000 4000 4006 0000 c0000201 c0000219",
                "9c40 0019 00000064 00000000 5018 ffff 0000 0000 3232302078");
        byte[] packet = Arrays.copyOf(Arrays.copyOfRange(pcap, 24, 40), 16 + frame.length);
        ByteBuffer.wrap(packet)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(8, frame.length)
                .putInt(12, frame.length);
        System.arraycopy(frame, 0, packet, 16, frame.length);
        assertThat(in.getInt(20)).isEqualTo(1);
        return packet;
    }

    private static byte[] markerBlock(byte[] pcap) {
        byte[] packet = marker(pcap);
        int captured = packet.length - 16;
        int size = captured + 3 & ~3;
        return ByteBuffer.allocate(32 + size)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(6)
                .putInt(32 + size)
                .putInt(0)
                .putLong(0)
                .putInt(captured)
                .putInt(captured)
                .put(packet, 16, captured)
                .putInt(28 + size, 32 + size)
                .array();
    }

    private static byte[] cat(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static Captures.Decoded decode(TwoParts in, SecretStore store) throws IOException {
        Captures.Decoded decoded = new Captures.Decoded();
        DecodeListener listener = connection -> {
            if (connection.client().port() == 40_000) {
                return new ConnectionView() {
                    @Override
                    public void data(
                            Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                        in.told.countDown();
                    }

                    @Override
                    public void hole(Side side, boolean encrypted, long bytes, long frame) {}

                    @Override
                    public void tlsBegins(long frame) {}

                    @Override
                    public void end() {}
                };
            }
            return decoded.opened(connection);
        };
        try (CaptureReader reader = CaptureFiles.open(in, "test", text -> store.addText(text, "the capture"))) {
            new CaptureDecoder(new KeyFinder(store, new RsaKeys()), listener).decode(reader);
        }
        return decoded;
    }

    private static int packets(byte[] pcap) {
        int count = 0;
        while (behind(pcap, count) < pcap.length) {
            count++;
        }
        return count;
    }

    /** Behind each packet in turn the secrets come: all is opened while the connection is not over. */
    @ParameterizedTest
    @ValueSource(strings = {"tls13", "tls12-ecdhe", "tls12-rsa"})
    void secretsBlockAnywhereBeforeTheEndOpensAll(String name) throws IOException {
        byte[] pcap = Captures.bytes(name + ".pcap");
        byte[][] parts = pcapng(name);
        int packets = packets(pcap);
        for (int before = 4; before < packets - 3; before++) {
            int border = behindBlocks(parts[0], before);
            SecretStore store = new SecretStore();
            store.expectMore();
            TwoParts in = new TwoParts(
                    cat(Arrays.copyOf(parts[0], border), markerBlock(pcap)),
                    cat(parts[1], Arrays.copyOfRange(parts[0], border, parts[0].length)),
                    () -> {});
            Captures.Decoded decoded = decode(in, store);
            assertThat(decoded.texts).as("secrets behind packet %d", before).containsExactly(said(name));
            TlsReport tls = decoded.connections.getFirst().tls().orElseThrow();
            assertThat(tls.dark()).isEmpty();
            assertThat(tls.unopenedRecords()).isZero();
            // Where a ticket in clear stands behind a Finished that was kept, the order of the messages is not known.
            assertThat(List.of(tls.finished(Side.CLIENT), tls.finished(Side.SERVER)))
                    .doesNotContain(TlsReport.FinishedCheck.BAD);
        }
    }

    /** A client writes its log when it has the packets: we may have them before. */
    @ParameterizedTest
    @ValueSource(strings = {"tls13", "tls12-ecdhe", "tls12-rsa"})
    void keyLogThatIsWrittenBehindThePacketsOpensAll(String name) throws IOException {
        byte[] pcap = Captures.bytes(name + ".pcap");
        int border = behind(pcap, packets(pcap) - 4);
        Path log = Files.createFile(folder.resolve(name + ".keys"));
        SecretStore store = new SecretStore();
        KeyLogFileReader.open(log, store);
        TwoParts in = new TwoParts(
                cat(Arrays.copyOf(pcap, border), marker(pcap)), Arrays.copyOfRange(pcap, border, pcap.length), () -> {
                    try {
                        Files.write(log, Captures.bytes(name + ".keys"));
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
        Captures.Decoded decoded = decode(in, store);
        assertThat(decoded.texts).containsExactly(said(name));
        assertThat(decoded.connections.getFirst().tls().orElseThrow().dark()).isEmpty();
    }

    /** OpenSSL writes the lines of the server first: those of the client may come a moment later. */
    @ParameterizedTest
    @CsvSource({"SERVER_HANDSHAKE", "SERVER_", "CLIENT_HANDSHAKE", "CLIENT_", "_HANDSHAKE_", "TRAFFIC_SECRET_0"})
    void linesThatComeOneAfterTheOtherOpenAll(String first) throws IOException {
        byte[] pcap = Captures.bytes("tls13.pcap");
        int packets = packets(pcap);
        String lines = new String(Captures.bytes("tls13.keys"), StandardCharsets.US_ASCII);
        for (int before = 6; before < packets - 4; before++) {
            int border = behind(pcap, before);
            Path log = Files.createFile(folder.resolve(first + before + ".keys"));
            SecretStore store = new SecretStore();
            KeyLogFileReader.open(log, store);
            Files.writeString(log, only(lines, first, true));
            TwoParts in = new TwoParts(
                    cat(Arrays.copyOf(pcap, border), marker(pcap)),
                    Arrays.copyOfRange(pcap, border, pcap.length),
                    () -> {
                        try {
                            Files.writeString(log, only(lines, first, false), StandardOpenOption.APPEND);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    });
            Captures.Decoded decoded = decode(in, store);
            if (!first.equals("TRAFFIC_SECRET_0")) { // that is a log with application secrets alone, which is enough
                TlsReport tls = decoded.connections.getFirst().tls().orElseThrow();
                assertThat(tls.dark())
                        .as("%s, then the rest behind packet %d", first, before)
                        .isEmpty();
            }
            assertThat(decoded.texts)
                    .as("%s, then the rest behind packet %d", first, before)
                    .allSatisfy(text -> assertThat(text.lines())
                            .hasSameElementsAs(said("tls13").lines().toList()));
        }
    }

    private static String only(String lines, String words, boolean with) {
        StringBuilder text = new StringBuilder();
        lines.lines()
                .filter(line -> line.contains(words) == with)
                .forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** What was over when the secrets came stays dark, with its reason. */
    @ParameterizedTest
    @CsvSource({"tls13, NO_LINE", "tls12-ecdhe, NO_LINE"})
    void secretsOfAConnectionThatIsOverComeTooLate(String name, Dark.Reason reason) throws IOException {
        byte[] pcap = Captures.bytes(name + ".pcap");
        byte[][] parts = pcapng(name);
        SecretStore store = new SecretStore();
        store.expectMore();
        store.addText(Captures.bytes(NAMES[name.equals("tls13") ? 1 : 0] + ".keys"), "other.keys");
        Captures.Decoded decoded = decode(new TwoParts(cat(parts[0], markerBlock(pcap)), parts[1], () -> {}), store);
        assertThat(decoded.connections.getFirst().tls().flatMap(TlsReport::dark))
                .hasValueSatisfying(dark -> assertThat(dark.reason()).isEqualTo(reason));
        assertThat(decoded.texts).containsExactly("");
    }

    /** A compressed file is read twice: once for secrets, wherever they stand. */
    @ParameterizedTest
    @ValueSource(strings = {"tls13", "tls12-ecdhe"})
    void secretsAtTheEndOfACompressedFileOpenAll(String name) throws IOException {
        byte[][] parts = pcapng(name);
        Path file = folder.resolve("late.pcapng.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write(parts[0]);
            out.write(parts[1]);
        }
        SecretStore store = new SecretStore();
        Captures.Decoded decoded = new Captures.Decoded();
        try (CaptureReader reader = CaptureFiles.open(file, text -> store.addText(text, "the capture"))) {
            new CaptureDecoder(new KeyFinder(store, new RsaKeys()), decoded).decode(reader);
        }
        assertThat(decoded.texts).containsExactly(said(name));
    }
}
