package org.hikyaku.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.AbstractList;
import java.util.Arrays;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.capture.tcp.TcpReassembler;
import org.hikyaku.capture.tls.KeyFinder;
import org.hikyaku.capture.tls.RsaKeys;
import org.hikyaku.capture.tls.SecretStore;
import org.hikyaku.capture.tls.TlsReport;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A capture is hostile input: what lies or floods is bounded, counted and told, and what is honest beside it still decodes. */
@Timeout(60)
class HostileCaptureTest {
    private static final String TLS13 = "hello from tls13\n" + new StringBuilder("hello from tls13").reverse() + "\n";

    @TempDir
    Path folder;

    /** An Ethernet frame with a TCP segment; the client is 10.x.x.x, the server 192.0.2.25 port 25. */
    private static byte[] frame(int client, int port, boolean byClient, int sequence, int flags, byte[] data) {
        ByteBuffer f = ByteBuffer.allocate(54 + data.length);
        f.position(12);
        f.putShort((short) 0x0800);
        f.putShort((short) 0x4500).putShort((short) (40 + data.length)).putInt(0);
        f.put((byte) 64).put((byte) 6).putShort((short) 0);
        int server = 0xc0000219;
        f.putInt(byClient ? 0x0a000000 | client : server).putInt(byClient ? server : 0x0a000000 | client);
        f.putShort((short) (byClient ? port : 25)).putShort((short) (byClient ? 25 : port));
        f.putInt(sequence)
                .putInt(0)
                .put((byte) 0x50)
                .put((byte) flags)
                .putShort((short) 1000)
                .putInt(0);
        return f.put(data).array();
    }

    private static byte[] pcapHeader() {
        return ByteBuffer.allocate(24)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(0xa1b2c3d4)
                .putInt(0x00040002)
                .putLong(0)
                .putInt(262_144)
                .putInt(1)
                .array();
    }

    private static byte[] packet(byte[] frame) {
        return ByteBuffer.allocate(16 + frame.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(0)
                .putInt(frame.length)
                .putInt(frame.length)
                .put(frame)
                .array();
    }

    private static byte[] pcap(byte[]... frames) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(pcapHeader());
        for (byte[] frame : frames) {
            out.write(packet(frame));
        }
        return out.toByteArray();
    }

    private static Captures.Decoded decode(InputStream in, SecretStore store) throws IOException {
        Captures.Decoded decoded = new Captures.Decoded();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, new RsaKeys()), decoded, 2);
        try (CaptureReader reader = CaptureFiles.open(in, "test", text -> store.addText(text, "the capture"))) {
            decoder.decode(reader);
        } finally {
            decoded.warnings = decoder.warnings();
        }
        return decoded;
    }

    /** Three times what is followed at a time. */
    @Test
    void aFloodOfHalfOpenConnectionsIsCountedAndNotKept() throws IOException {
        flood(300_000);
    }

    @Test
    @Tag("long")
    void aMillionHalfOpenConnectionsAreCountedAndNotKept() throws IOException {
        flood(1_000_000);
    }

    /** The frames are made one by one as they are read. */
    private static void flood(int flood) throws IOException {
        InputStream frames = new InputStream() {
            private int next;
            private ByteBuffer now = ByteBuffer.wrap(pcapHeader());

            @Override
            public int read() {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
            }

            @Override
            public int read(byte[] to, int offset, int length) {
                if (!now.hasRemaining()) {
                    if (next == flood) {
                        return -1;
                    }
                    now = ByteBuffer.wrap(
                            packet(frame(next / 50_000, 1024 + next % 50_000, true, 7, 0x02, new byte[0])));
                    next++;
                }
                int n = Math.min(length, now.remaining());
                now.get(to, offset, n);
                return n;
            }

            @Override
            public int available() {
                return 1;
            }
        };
        Captures.Decoded decoded = decode(frames, new SecretStore());
        assertThat(decoded.connections).isEmpty();
        assertThat(decoded.warnings)
                .anySatisfy(w -> assertThat(w)
                        .startsWith(flood - TcpReassembler.CONNECTIONS.value() + " connections were given up"))
                .anySatisfy(w -> assertThat(w).startsWith(flood + " connections carried no data"));
    }

    @Test
    void aGapOfTwoGigabytesIsOneHole() throws IOException {
        byte[] text = "220 hello\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        int jump = 1 << 30; // the furthest that is believed
        byte[] capture = pcap(
                frame(1, 40_000, false, 100, 0x12, new byte[0]),
                frame(1, 40_000, false, 101, 0x18, text),
                frame(1, 40_000, false, 101 + text.length + jump, 0x18, text),
                frame(1, 40_000, false, 101 + text.length + Integer.MAX_VALUE, 0x18, text));
        Captures.Decoded decoded = decode(new ByteArrayInputStream(capture), new SecretStore());
        assertThat(decoded.holes).containsExactly((long) jump);
        assertThat(decoded.connections.getFirst().clearBytes(Side.SERVER)).isEqualTo(2L * text.length);
    }

    @Test
    void aBlockOfFourGigabytesIsPassedOverAndToldOf() throws IOException {
        byte[] capture = CaptureDecoderTest.pcapng(Captures.bytes("tls13.pcap"), "tls13.keys");
        byte[] block = ByteBuffer.allocate(64)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(6)
                .putInt(0xfffffffc)
                .array();
        byte[] both = Arrays.copyOf(capture, capture.length + block.length);
        System.arraycopy(block, 0, both, capture.length, block.length);
        Captures.Decoded decoded = decode(new ByteArrayInputStream(both), new SecretStore());
        assertThat(decoded.texts).containsExactly(TLS13);
        assertThat(decoded.warnings).anySatisfy(w -> assertThat(w).contains("passed over a block of 4294967292 bytes"));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 4, 8, 11, 13, 0x7fffffff})
    void blockLengthsThatLieEndTheReadingWithASentence(int length) throws IOException {
        byte[] capture = CaptureDecoderTest.pcapng(Captures.bytes("tls13.pcap"), "tls13.keys");
        ByteBuffer.wrap(capture).order(ByteOrder.LITTLE_ENDIAN).putInt(28 + 4, length);
        assertThatThrownBy(() -> decode(new ByteArrayInputStream(capture), new SecretStore()))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("the pcapng block at byte 28 claims");
    }

    /** Each layer of gzip shrinks a thousandfold. */
    @Test
    void whatIsCompressedThreeTimesOverIsRefused() throws IOException {
        byte[] inner = Captures.bytes("tls13.pcap");
        for (int i = 0; i < 3; i++) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(inner);
            }
            inner = packed.toByteArray();
        }
        byte[] bomb = inner;
        assertThatThrownBy(() -> decode(new ByteArrayInputStream(bomb), new SecretStore()))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("no honest capture is");
    }

    /** A gigabyte of one packet's claims inside a megabyte of gzip: the length is refused before anything is made of it. */
    @Test
    void aBombThatClaimsAHugePacketIsRefusedAtItsLength() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(pcapHeader());
            gzip.write(ByteBuffer.allocate(16)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(0)
                    .putInt(1 << 30)
                    .putInt(1 << 30)
                    .array());
            gzip.write(new byte[1 << 20]);
        }
        assertThatThrownBy(() -> decode(new ByteArrayInputStream(packed.toByteArray()), new SecretStore()))
                .isInstanceOf(CaptureFormatException.class)
                .hasMessageContaining("packet 1 claims 1073741824 bytes");
    }

    /** RFC 8446 section 4: a length of 2^24-1, and records that go on and on. */
    @Test
    void aHandshakeMessageWithoutEndIsGivenUp() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(pcapHeader());
        out.write(packet(frame(1, 40_000, true, 0, 0x02, new byte[0])));
        byte[] record = new byte[1400];
        int sequence = 1;
        for (int i = 0; i < 4_000; i++) {
            ByteBuffer r = ByteBuffer.wrap(record);
            r.put((byte) 22).putShort((short) 0x0301).putShort((short) (record.length - 5));
            if (i == 0) {
                r.put((byte) 1)
                        .put((byte) 0)
                        .putShort((short) 0xffff); // a ClientHello that is too long to be one, later
            } else {
                r.putInt(0x01ffffff);
            }
            out.write(packet(frame(1, 40_000, true, sequence, 0x18, record)));
            sequence += record.length;
        }
        Captures.Decoded decoded = decode(new ByteArrayInputStream(out.toByteArray()), new SecretStore());
        assertThat(decoded.connections).hasSize(1);
        assertThat(decoded.connections.getFirst().tls().flatMap(TlsReport::dark))
                .isPresent();
    }

    /** Each below the limit of a message and of a connection, and all together more than there is room for. */
    @Test
    void messagesThatAreNeverWholeAreBoundedOverAllConnections() throws IOException {
        byte[] hello = sealed(22, 16_384);
        ByteBuffer.wrap(hello, 5, 6).putInt(0x01020000).putShort((short) 0x0303); // a ClientHello of 128 KB
        manyThatWait(hello, sealed(22, 16_384), 7, 250_000);
    }

    /** What a client sends behind its ClientHello waits for the ServerHello. */
    @Test
    @Tag("long")
    void recordsThatWaitForTheOtherSideAreBoundedOverAllConnections() throws IOException {
        byte[] hello = Hex.bytes("16 0301 002f 01 00002b 0303", "00".repeat(32), "00 0002 c02f 01 00 0000");
        manyThatWait(Arrays.copyOf(hello, 5 + 0x2f), sealed(23, 16_384), 48, 700_000);
    }

    private static byte[] sealed(int type, int length) {
        return ByteBuffer.allocate(5 + length)
                .put((byte) type)
                .putShort((short) 0x0303)
                .putShort((short) length)
                .array();
    }

    /**
     * So many connections that none ends, and an honest one behind them.
     *
     * @param counted what each keeps at least, as it counts
     */
    private static void manyThatWait(byte[] first, byte[] record, int records, int counted) throws IOException {
        int most = (int) (Math.min(256 << 20, Runtime.getRuntime().maxMemory() / 8) / counted) + 1;
        int spare = 20;
        int each = 2 + records; // SYN and segments
        InputStream flood = new SequenceInputStream(Collections.enumeration(new AbstractList<InputStream>() {
            @Override
            public InputStream get(int i) {
                int n = i / each;
                int part = i % each;
                int sequence = part == 0 ? 0 : part == 1 ? 1 : 1 + first.length + (part - 2) * record.length;
                byte[] data = part == 0 ? new byte[0] : part == 1 ? first : record;
                return new ByteArrayInputStream(
                        packet(frame(1 + n, 40_000, true, sequence, part == 0 ? 0x02 : 0x18, data)));
            }

            @Override
            public int size() {
                return (most + spare) * each;
            }
        }));
        byte[] honest = Captures.bytes("tls13.pcap");
        InputStream all = new SequenceInputStream(
                new SequenceInputStream(new ByteArrayInputStream(pcapHeader()), flood),
                new ByteArrayInputStream(honest, 24, honest.length - 24));

        Captures.Decoded decoded = decode(all, Captures.keys("tls13.keys"));

        assertThat(decoded.connections).hasSize(most + spare + 1);
        assertThat(decoded.texts).contains(TLS13);
        TlsReport report =
                decoded.connections.get(decoded.texts.indexOf(TLS13)).tls().orElseThrow();
        assertThat(report.finished(Side.SERVER)).isEqualTo(TlsReport.FinishedCheck.GOOD);
        assertThat(report.steps()).isNotEmpty();
        assertThat(decoded.warnings)
                .anySatisfy(warning -> assertThat(warning)
                        .matches("of \\d+ connections parts of the handshake were given up, because too many handshakes"
                                + " were waiting at a time"));
        long shortened = decoded.warnings.stream()
                .filter(warning -> warning.contains("parts of the handshake"))
                .mapToLong(warning -> Long.parseLong(warning.split(" ")[1]))
                .sum();
        assertThat(shortened).isBetween((long) spare, (long) most + spare);
    }

    /** Each begins the longest record that there is, and goes no further: more of them than there is room for, with no more than that. */
    @Test
    @Tag("long")
    void recordsThatAreNeverWholeAreBoundedOverAllConnections() throws IOException {
        byte[] hello = Hex.bytes("16 0301 002f 01 00002b 0303", "00".repeat(32), "00 0002 c02f 01 00 0000");
        byte[] first = Arrays.copyOf(hello, 5 + 0x2f + 5 + 4_700); // four times that is made room for
        System.arraycopy(sealed(23, 16_384 + 2_048), 0, first, 5 + 0x2f, 5);
        int flood = (int) (Math.min(1 << 30, Runtime.getRuntime().maxMemory() / 4) / 17_000) + 500;
        InputStream all = new SequenceInputStream(Collections.enumeration(new AbstractList<InputStream>() {
            @Override
            public InputStream get(int i) {
                boolean syn = i % 2 == 0;
                return new ByteArrayInputStream(packet(
                        frame(1 + i / 2, 40_000, true, syn ? 0 : 1, syn ? 0x02 : 0x18, syn ? new byte[0] : first)));
            }

            @Override
            public int size() {
                return 2 * flood;
            }
        }));
        byte[] honest = Captures.bytes("tls13.pcap");
        Captures.Decoded decoded = decode(
                new SequenceInputStream(
                        new SequenceInputStream(new ByteArrayInputStream(pcapHeader()), all),
                        new ByteArrayInputStream(honest, 24, honest.length - 24)),
                Captures.keys("tls13.keys"));
        assertThat(decoded.connections).hasSize(flood + 1);
        assertThat(decoded.texts).contains(TLS13);
        assertThat(decoded.warnings)
                .anySatisfy(warning -> assertThat(warning)
                        .matches(
                                "\\d+ TLS records were given up before they were whole, because too many were waiting at"
                                        + " a time"));
    }

    /** RFC 5246 section 7.4.1.1: HelloRequests mean nothing, a hundred thousand of them no more than one. */
    @Test
    void handshakeMessagesWithoutNumberAreBounded() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(pcapHeader());
        out.write(packet(frame(1, 40_000, true, 0, 0x02, new byte[0])));
        byte[] hello = Hex.bytes("16 0301 002f 01 00002b 0303", "00".repeat(32), "00 0002 c02f 01 00 0000");
        hello = Arrays.copyOf(hello, 5 + 0x2f);
        out.write(packet(frame(1, 40_000, true, 1, 0x18, hello)));
        out.write(packet(frame(1, 40_000, false, 0, 0x12, new byte[0])));
        byte[] requests = new byte[5 + 1400];
        ByteBuffer.wrap(requests).put((byte) 22).putShort((short) 0x0303).putShort((short) 1400);
        int sequence = 1;
        for (int i = 0; i < 300; i++) { // 350 messages of four zeros in each
            out.write(packet(frame(1, 40_000, false, sequence, 0x18, i == 0 ? serverHello() : requests)));
            sequence += i == 0 ? serverHello().length : requests.length;
        }
        Captures.Decoded decoded = decode(new ByteArrayInputStream(out.toByteArray()), new SecretStore());
        TlsReport report = decoded.connections.getFirst().tls().orElseThrow();
        assertThat(report.steps().size()).isLessThanOrEqualTo(64);
        assertThat(report.notes().size()).isLessThanOrEqualTo(16);
        assertThat(report.dark()).isPresent();
    }

    private static byte[] serverHello() {
        return Hex.bytes("16 0303 002a 02 000026 0303", "11".repeat(32), "00 c02f 00");
    }

    @Test
    void secretsBehindThePacketsOpenThem() throws IOException {
        byte[] capture = CaptureDecoderTest.pcapng(Captures.bytes("tls13.pcap"), "tls13.keys");
        ByteBuffer in = ByteBuffer.wrap(capture).order(ByteOrder.LITTLE_ENDIAN);
        int secrets = 28 + 20;
        int length = in.getInt(secrets + 4);
        ByteArrayOutputStream moved = new ByteArrayOutputStream();
        moved.write(capture, 0, secrets);
        moved.write(capture, secrets + length, capture.length - secrets - length);
        moved.write(capture, secrets, length);
        Path file = folder.resolve("late.pcapng");
        Files.write(file, moved.toByteArray());
        SecretStore store = new SecretStore();
        Captures.Decoded decoded = new Captures.Decoded();
        try (CaptureReader reader = CaptureFiles.open(file, text -> store.addText(text, "the capture"))) {
            new CaptureDecoder(new KeyFinder(store, new RsaKeys()), decoded).decode(reader);
        }
        assertThat(decoded.texts).containsExactly(TLS13);
    }

    /** {@code tcpdump -U -w - | hikyaku decode -}: what has come is told before more comes. */
    @ParameterizedTest
    @ValueSource(ints = {40_000, 40_001, 40_002, 40_003, 40_008, 40_016, 40_032, 40_064}) // of one worker or the other
    void aCaptureThatGrowsIsToldAsItGrows(int port) throws IOException, InterruptedException {
        CountDownLatch told = new CountDownLatch(1);
        DecodeListener listener = connection -> new ConnectionView() {
            @Override
            public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                told.countDown();
            }

            @Override
            public void hole(Side side, boolean encrypted, long bytes, long frame) {}

            @Override
            public void tlsBegins(long frame) {}

            @Override
            public void end() {}
        };
        PipedInputStream in = new PipedInputStream(1 << 16);
        Thread decoding;
        try (PipedOutputStream out = new PipedOutputStream(in)) {
            decoding = Thread.ofPlatform().start(() -> {
                try (CaptureReader reader = CaptureFiles.open(in, "pipe", text -> {})) {
                    new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), listener).decode(reader);
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            out.write(pcap(
                    frame(1, port, false, 100, 0x12, new byte[0]),
                    frame(1, port, false, 101, 0x18, new byte[] {'h', 'i'})));
            out.flush();
            assertThat(told.await(30, TimeUnit.SECONDS))
                    .as("told while the pipe is open")
                    .isTrue();
        }
        decoding.join();
    }

    /** The same is told whatever the number of threads, in the same order, though connections take turns packet by packet. */
    @Test
    void theNumberOfThreadsChangesNothing() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(pcapHeader());
        for (int turn = 0; turn < 40; turn++) {
            for (int c = 0; c < 50; c++) {
                byte[] line =
                        ("line " + turn + " of " + c + "\r\n").getBytes(java.nio.charset.StandardCharsets.US_ASCII);
                out.write(packet(frame(c, 30_000 + c, (turn + c) % 2 == 0, 1 + turn * 100, 0x18, line)));
            }
        }
        byte[] capture = out.toByteArray();
        StringBuilder one = told(capture, 1);
        assertThat(one).hasSizeGreaterThan(10_000);
        assertThat(told(capture, 2)).isEqualToIgnoringCase(one);
        assertThat(told(capture, 5)).isEqualToIgnoringCase(one);
    }

    private static StringBuilder told(byte[] capture, int threads) throws IOException {
        StringBuilder told = new StringBuilder();
        DecodeListener listener = connection -> new ConnectionView() {
            @Override
            public void data(Side side, boolean encrypted, byte[] d, int offset, int length, long frame, long nanos) {
                told.append(connection.number())
                        .append(side)
                        .append(frame)
                        .append(new String(d, offset, length, java.nio.charset.StandardCharsets.US_ASCII));
            }

            @Override
            public void hole(Side side, boolean encrypted, long bytes, long frame) {
                told.append(connection.number()).append("hole ").append(bytes).append('\n');
            }

            @Override
            public void tlsBegins(long frame) {}

            @Override
            public void end() {
                told.append(connection.number()).append("end\n");
            }
        };
        try (CaptureReader reader = CaptureFiles.open(new ByteArrayInputStream(capture), "test", text -> {})) {
            new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), listener, threads).decode(reader);
        }
        return told;
    }

    /** A view that fails ends the decoding with its own error, and the threads with it. */
    @Test
    void whatAViewThrowsReachesTheCaller() {
        DecodeListener broken = connection -> {
            throw new IllegalStateException("the disk is full");
        };
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream(Captures.bytes("tls13.pcap")), new ByteArrayInputStream(new byte[1 << 20]));
        assertThatThrownBy(() -> {
                    try (CaptureReader reader = CaptureFiles.open(endless, "test", text -> {})) {
                        new CaptureDecoder(new KeyFinder(new SecretStore(), new RsaKeys()), broken).decode(reader);
                    }
                })
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the disk is full");
    }
}
