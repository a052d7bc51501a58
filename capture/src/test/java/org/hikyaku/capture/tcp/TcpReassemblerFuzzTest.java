package org.hikyaku.capture.tcp;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.hikyaku.capture.ip.Segment;

/**
 * The layer of TCP: segments that overlap, overtake, lack parts and lie. Each byte of a stream is a function of its sequence
 * number, so what is given out can be held against where it belongs. An input is a run of segments of six bytes: flags (side,
 * FIN, RST, ACK), sequence number (two, signed, in units that the flags choose), acknowledgement, length, bytes cut.
 */
class TcpReassemblerFuzzTest {
    private static final int ISN = 0x7fffff00; // the sign flips soon

    @FuzzTest(maxDuration = "60s")
    void segments(byte[] input) {
        Played played = new Played();
        TcpReassembler reassembler = new TcpReassembler((client, server, fromStart, frame, nanos) -> played);
        for (int i = 0; i < 2; i++) {
            reassembler.accept(segment(i == 1, ISN, Segment.SYN, 0, 0, 0));
        }
        for (int at = 0; at + 6 <= input.length; at += 6) {
            int choice = input[at];
            int flags = (choice & 2) != 0 && (choice & 4) != 0 ? Segment.FIN : 0;
            flags |= (choice & 0x78) == 0x78 ? Segment.RST : 0;
            flags |= (choice & 1) != 0 ? Segment.ACK : 0;
            int unit = (choice & 0x10) != 0 ? 40_000 : 7;
            int sequence = ISN + 1 + unit * (short) ((input[at + 1] & 0xff) << 8 | input[at + 2] & 0xff);
            int acknowledgement = ISN + 1 + unit * (input[at + 3] & 0xff);
            reassembler.accept(
                    segment(choice < 0, sequence, flags, acknowledgement, input[at + 4] & 0xff, input[at + 5] & 0x1f));
        }
        reassembler.finish();
        played.up.check();
        played.down.check();
    }

    private static byte at(int sequence) {
        return (byte) (sequence ^ sequence >>> 8 ^ sequence >>> 16);
    }

    private static Segment segment(boolean server, int sequence, int flags, int acknowledgement, int length, int cut) {
        Segment s = new Segment();
        s.sourceLow = server ? 2 : 1;
        s.destinationLow = server ? 1 : 2;
        s.sourcePort = server ? 25 : 40_000;
        s.destinationPort = server ? 40_000 : 25;
        s.sequence = sequence;
        s.flags = flags == Segment.SYN && server ? Segment.SYN | Segment.ACK : flags;
        s.acknowledgement = acknowledgement;
        s.data = new byte[length];
        s.length = length;
        s.cut = cut;
        s.wire = 40L + length + cut;
        for (int i = 0; i < length; i++) {
            s.data[i] = at(sequence + i);
        }
        return s;
    }

    private static final class Played implements ConnectionSink {
        final Stream up = new Stream();
        final Stream down = new Stream();

        @Override
        public StreamSink fromClient() {
            return up;
        }

        @Override
        public StreamSink fromServer() {
            return down;
        }
    }

    private static final class Stream implements StreamSink {
        private int next = ISN + 1;
        private boolean ended;
        private boolean any;

        @Override
        public void data(byte[] data, int offset, int length, long frame, long nanos) {
            if (ended || length <= 0) {
                throw new AssertionError("bytes behind the end, or none");
            }
            any = true;
            for (int i = 0; i < length; i++) {
                if (data[offset + i] != at(next)) {
                    throw new AssertionError("another byte stands at " + Integer.toUnsignedString(next));
                }
                next++;
            }
        }

        @Override
        public void gap(long length, boolean cut, long frame) {
            if (ended || length <= 0 || length > Integer.MAX_VALUE) {
                throw new AssertionError("a gap of " + length);
            }
            any = true;
            next += (int) length;
        }

        @Override
        public void end() {
            ended = true;
        }

        void check() {
            if (any && !ended) {
                throw new AssertionError("a stream without end");
            }
        }
    }
}
