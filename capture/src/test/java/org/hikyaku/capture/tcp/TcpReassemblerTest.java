package org.hikyaku.capture.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.ip.Segment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the receiver saw comes out, whatever the network and the capture did to the segments. */
class TcpReassemblerTest {
    private static final int CLIENT = 51512;
    private static final int SERVER = 25;

    private final List<Recorded> connections = new ArrayList<>();
    private final TcpReassembler reassembler = new TcpReassembler((client, server, fromStart, frame, nanos) -> {
        Recorded r = new Recorded(client, server, fromStart);
        connections.add(r);
        return r;
    });
    private long frame;

    @Test
    void bytesOfBothDirectionsComeInOrder() {
        send(CLIENT, 100, Segment.SYN, "");
        send(SERVER, 900, Segment.SYN | Segment.ACK, "");
        send(SERVER, 901, Segment.ACK, "220 hello\r\n");
        send(CLIENT, 101, Segment.ACK, "EHLO x\r\n");
        send(CLIENT, 109, Segment.ACK | Segment.FIN, "");
        reassembler.finish();
        assertThat(only().up.text()).isEqualTo("EHLO x\r\n<end>");
        assertThat(only().down.text()).isEqualTo("220 hello\r\n<end>");
        assertThat(only().client.port()).isEqualTo(CLIENT);
        assertThat(only().server.port()).isEqualTo(SERVER);
        assertThat(only().fromStart).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        // ISN, seed, share of duplicates, how far segments may overtake
        "0, 1, 0.0, 1",
        "0, 2, 0.3, 1",
        "0, 3, 0.3, 8",
        "4294967290, 4, 0.3, 8", // the sequence number wraps after a few bytes
        "2147483640, 5, 0.3, 8", // its sign flips
        "4294900000, 6, 0.5, 50",
    })
    void lossAndRetransmissionOverlapAndOvertakingLeaveNoTrace(long isn, int seed, double again, int window) {
        Random random = new Random(seed);
        byte[] stream = new byte[200_000];
        random.nextBytes(stream);
        List<int[]> pieces = new ArrayList<>();
        int at = 0;
        while (at < stream.length) {
            int length = Math.min(stream.length - at, 1 + random.nextInt(2000));
            pieces.add(new int[] {at, length});
            if (random.nextDouble() < again) { // sent again, cut elsewhere
                int from = Math.max(0, at - random.nextInt(3000));
                pieces.add(new int[] {from, Math.min(stream.length - from, 1 + random.nextInt(4000))});
            }
            at += length;
        }
        for (int i = 0; i + window < pieces.size(); i += window) {
            java.util.Collections.shuffle(pieces.subList(i, i + window), random);
        }
        send(CLIENT, (int) isn, Segment.SYN, new byte[0], 0);
        for (int[] p : pieces) {
            send(CLIENT, (int) (isn + 1 + p[0]), Segment.ACK, Arrays.copyOfRange(stream, p[0], p[0] + p[1]), 0);
        }
        reassembler.finish();
        assertThat(only().up.gaps).isEmpty();
        assertThat(only().up.bytes.toByteArray()).isEqualTo(stream);
    }

    @Test
    void whatTheOtherSideAcknowledgedAndTheCaptureLacksIsAGap() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK, "one");
        send(CLIENT, 9, Segment.ACK, "three"); // five bytes in between were not captured
        reassembler.finish();
        assertThat(only().up.text()).isEqualTo("one<gap 5>three<end>");
    }

    @Test
    void aHoleIsGivenUpBeforeTheEndOnceItIsAcknowledgedAndNothingComes() {
        send(CLIENT, 0, Segment.SYN, "");
        send(SERVER, 0, Segment.SYN | Segment.ACK, "");
        send(CLIENT, 1, Segment.ACK, "one");
        int sequence = 9;
        for (int i = 0; i < 400; i++) {
            send(CLIENT, sequence, Segment.ACK, "x");
            sequence++;
            acknowledge(SERVER, sequence);
        }
        assertThat(only().up.text()).startsWith("one<gap 5>xxx");
    }

    @Test
    void bytesThatTheSnapshotLengthCutAreAGapOfTheirOwnKind() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK, "begin".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 95);
        send(CLIENT, 101, Segment.ACK, "next");
        reassembler.finish();
        assertThat(only().up.text()).isEqualTo("begin<cut 95>next<end>");
    }

    @Test
    void theSamePortsUsedAgainAreAnotherConnection() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK, "first");
        send(CLIENT, 70_000, Segment.SYN, "");
        send(CLIENT, 70_001, Segment.ACK, "second");
        reassembler.finish();
        assertThat(connections).extracting(c -> c.up.text()).containsExactly("first<end>", "second<end>");
    }

    @Test
    void aSynSentAgainIsNot() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK, "only");
        reassembler.finish();
        assertThat(only().up.text()).isEqualTo("only<end>");
    }

    @Test
    void aCaptureThatBeginsInTheMiddleIsReadFromThere() {
        send(SERVER, 5000, Segment.ACK, "250 ok\r\n");
        send(CLIENT, 700, Segment.ACK, "QUIT\r\n");
        reassembler.finish();
        assertThat(only().fromStart).isFalse();
        assertThat(only().client.port()).isEqualTo(CLIENT);
        assertThat(only().up.text()).isEqualTo("QUIT\r\n<end>");
        assertThat(only().down.text()).isEqualTo("250 ok\r\n<end>");
    }

    @Test
    void aResetEndsBothDirections() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK, "a");
        send(CLIENT, 2, Segment.RST, "");
        assertThat(only().up.text()).isEqualTo("a<end>");
        assertThat(only().down.text()).isEqualTo("<end>");
    }

    @Test
    void aFloodOfHalfOpenConnectionsPushesOutTheOldest() {
        for (int i = 0; i < TcpReassembler.CONNECTIONS.value() + 500; i++) {
            Segment s = segment(1024 + i % 60_000, SERVER, 0, Segment.SYN, new byte[0], 0);
            s.sourceLow += i / 60_000 + 1;
            reassembler.accept(s);
        }
        assertThat(reassembler.evicted()).isEqualTo(500);
        assertThat(reassembler.silent()).isEqualTo(TcpReassembler.CONNECTIONS.value() + 500);
        assertThat(connections).as("nobody is told of those that carry nothing").isEmpty();
    }

    /** Each stream lacks its first byte; together they may keep less than comes behind it. */
    @Test
    void whatManyStreamsKeepTogetherIsLimited() {
        List<Recorded> streams = new ArrayList<>();
        TcpReassembler small = new TcpReassembler(
                (client, server, fromStart, first, nanos) -> {
                    Recorded r = new Recorded(client, server, fromStart);
                    streams.add(r);
                    return r;
                },
                TcpReassembler.CONNECTIONS.value() / 1_000);
        int room = (int) (TcpReassembler.WAITING.value() / 1_000);
        for (int i = 0; i < 20; i++) {
            small.accept(segment(2_000 + i, SERVER, 0, Segment.SYN, new byte[0], 0));
            small.accept(segment(2_000 + i, SERVER, 2, Segment.ACK, new byte[room / 10], 0));
        }
        assertThat(streams)
                .as("those that came when it was too much gave up what they lacked")
                .hasSizeBetween(10, 12);
        small.finish();
        assertThat(streams).hasSize(20);
    }

    @Test
    void aSideThatEndedBeforeTheFirstByteEndsFirst() {
        send(CLIENT, 0, Segment.SYN, "");
        send(CLIENT, 1, Segment.ACK | Segment.FIN, "");
        assertThat(connections).isEmpty();
        send(SERVER, 0, Segment.SYN | Segment.ACK, "");
        send(SERVER, 1, Segment.ACK, "220 hello");
        reassembler.finish();
        assertThat(only().up.text()).isEqualTo("<end>");
        assertThat(only().down.text()).isEqualTo("220 hello<end>");
        assertThat(reassembler.silent()).isZero();
    }

    private Recorded only() {
        assertThat(connections).hasSize(1);
        return connections.getFirst();
    }

    private void send(int from, int sequence, int flags, String text) {
        send(from, sequence, flags, text.getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0);
    }

    private void acknowledge(int from, int to) {
        Segment s = segment(from, from == CLIENT ? SERVER : CLIENT, 1, Segment.ACK, new byte[0], 0);
        s.acknowledgement = to;
        reassembler.accept(s);
    }

    private void send(int from, int sequence, int flags, byte[] data, int cut) {
        reassembler.accept(segment(from, from == CLIENT ? SERVER : CLIENT, sequence, flags, data, cut));
    }

    private Segment segment(int from, int to, int sequence, int flags, byte[] data, int cut) {
        Segment s = new Segment();
        s.frame = ++frame;
        s.sourceLow = from == SERVER ? 2 : 1;
        s.destinationLow = to == SERVER ? 2 : 1;
        s.sourcePort = from;
        s.destinationPort = to;
        s.sequence = sequence;
        s.flags = flags;
        s.data = data;
        s.length = data.length;
        s.cut = cut;
        return s;
    }

    private static final class Recorded implements ConnectionSink {
        final Endpoint client;
        final Endpoint server;
        final boolean fromStart;
        final Text up = new Text();
        final Text down = new Text();

        Recorded(Endpoint client, Endpoint server, boolean fromStart) {
            this.client = client;
            this.server = server;
            this.fromStart = fromStart;
        }

        @Override
        public StreamSink fromClient() {
            return up;
        }

        @Override
        public StreamSink fromServer() {
            return down;
        }
    }

    private static final class Text implements StreamSink {
        final StringBuilder out = new StringBuilder();
        final List<Long> gaps = new ArrayList<>();
        final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        String text() {
            return out.toString();
        }

        @Override
        public void data(byte[] data, int offset, int length, long frame, long nanos) {
            out.append(new String(data, offset, length, java.nio.charset.StandardCharsets.ISO_8859_1));
            bytes.write(data, offset, length);
        }

        @Override
        public void gap(long length, boolean cut, long frame) {
            gaps.add(length);
            out.append(cut ? "<cut " : "<gap ").append(length).append('>');
        }

        @Override
        public void end() {
            out.append("<end>");
        }
    }
}
