package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.hikyaku.capture.CaptureDecoder;
import org.hikyaku.capture.Captures;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.RecordCiphers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** With the library for short records a capture says exactly what it says without it: whole, with holes, and under wrong keys. */
class RecordLibraryDecodingTest {
    private static final int FILE_HEADER = 24;
    private static final int PACKET_HEADER = 16;

    private static Path library = Path.of("none");

    @BeforeAll
    static void build() throws Exception {
        library = NativeLibraries.library(NativeLibraries.folder(), "records");
        assumeTrue(!RecordCiphers.ofThread(library).isEmpty(), "a processor without AES-NI");
    }

    private static RecordCiphers withLibrary() {
        return RecordCiphers.ofThread(library).getLast();
    }

    /** All that is told of a capture. */
    private static List<String> told(byte[] capture, SecretStore store, Supplier<RecordCiphers> ciphers)
            throws IOException {
        Captures.Decoded decoded = new Captures.Decoded();
        CaptureDecoder decoder = new CaptureDecoder(new KeyFinder(store, new RsaKeys(), ciphers), decoded);
        try (CaptureReader reader =
                CaptureFiles.open(new ByteArrayInputStream(capture), "test", text -> store.addText(text, "test"))) {
            decoder.decode(reader);
        }
        List<String> told = new ArrayList<>(decoded.texts);
        told.add(decoded.holes.toString());
        for (Connection connection : decoded.connections) {
            connection.tls().ifPresent(report -> {
                told.add(report.dark().toString());
                told.add(report.keyOrigin().toString());
                told.add(report.notes().toString());
                told.add(report.alerts().toString());
                told.add(report.unopenedRecords() + " unopened, " + report.earlyBytes() + " early");
                told.add(report.usedSecrets().toString());
                for (Side side : Side.values()) {
                    told.add(side + " " + report.decryptedBytes(side) + " " + report.finished(side));
                }
                report.steps()
                        .forEach(s -> told.add(
                                s.frame() + " " + s.side() + " " + s.message().type()));
            });
        }
        return told;
    }

    @Test
    void wholeCapturesSayTheSame() throws Exception {
        for (String name : List.of(
                "tls13", "tls12-ecdhe", "tls12-rsa", "tls10-cbc", "early-taken", "early-refused", "early-retry")) {
            byte[] capture = Captures.bytes(name + ".pcap");
            List<String> without = told(capture, Captures.keys(name + ".keys"), RecordCiphers::new);

            assertThat(told(capture, Captures.keys(name + ".keys"), RecordLibraryDecodingTest::withLibrary))
                    .as(name)
                    .isEqualTo(without);
            assertThat(without.toString()).as(name).containsAnyOf("hello from", "from the server");
        }
    }

    @Test
    void whateverPacketsAreLostTheRestSaysTheSame() throws Exception {
        for (String name : List.of("tls13", "tls12-ecdhe", "early-taken")) {
            byte[] capture = Captures.bytes(name + ".pcap");
            int packets = packets(capture).size();
            for (int first = 0; first < packets; first++) {
                for (int lost = 1; lost <= 2; lost++) {
                    byte[] holed = without(capture, first, lost);
                    assertThat(told(holed, Captures.keys(name + ".keys"), RecordLibraryDecodingTest::withLibrary))
                            .as("%s without %d packets from %d on", name, lost, first)
                            .isEqualTo(told(holed, Captures.keys(name + ".keys"), RecordCiphers::new));
                }
            }
        }
    }

    @Test
    void aWrongSecretIsSeenAsWrong() throws Exception {
        byte[] capture = Captures.bytes("tls13.pcap");
        String keys = new String(Captures.bytes("tls13.keys"), StandardCharsets.US_ASCII);
        for (String label : List.of(
                "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
                "SERVER_HANDSHAKE_TRAFFIC_SECRET",
                "CLIENT_TRAFFIC_SECRET_0",
                "SERVER_TRAFFIC_SECRET_0")) {
            String wrong = keys.lines()
                    .map(line -> line.startsWith(label) ? line.substring(0, line.length() - 2) + "00" : line)
                    .collect(Collectors.joining("\n", "", "\n"));
            assertThat(wrong).isNotEqualTo(keys);

            List<String> with = told(capture, store(wrong), RecordLibraryDecodingTest::withLibrary);

            assertThat(with).as(label).isEqualTo(told(capture, store(wrong), RecordCiphers::new));
            assertThat(with).as(label).isNotEqualTo(told(capture, store(keys), RecordLibraryDecodingTest::withLibrary));
        }
    }

    private static SecretStore store(String keys) {
        SecretStore store = new SecretStore();
        store.addText(keys.getBytes(StandardCharsets.US_ASCII), "keys");
        return store;
    }

    /** Where each packet of a pcap file begins. */
    private static List<Integer> packets(byte[] capture) {
        ByteBuffer file = ByteBuffer.wrap(capture).order(ByteOrder.LITTLE_ENDIAN);
        List<Integer> starts = new ArrayList<>();
        for (int at = FILE_HEADER; at < capture.length; at += PACKET_HEADER + file.getInt(at + 8)) {
            starts.add(at);
        }
        return starts;
    }

    private static byte[] without(byte[] capture, int first, int lost) {
        List<Integer> starts = packets(capture);
        int from = starts.get(first);
        int to = first + lost < starts.size() ? starts.get(first + lost) : capture.length;
        byte[] holed = Arrays.copyOf(capture, capture.length - (to - from));
        System.arraycopy(capture, to, holed, from, capture.length - to);
        return holed;
    }
}
