package org.hikyaku.capture.ip;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.util.Arrays;
import org.hikyaku.capture.file.Packet;

/**
 * The layer of IP: frames of any link type. An input is a run of frames: a byte that chooses the link type, two bytes of
 * length, and so many bytes, of which a last quarter may be cut by a snapshot length.
 */
class SegmentReaderFuzzTest {
    private static final int[] LINK_TYPES = {1, 0, 9, 12, 14, 50, 51, 101, 104, 108, 113, 204, 228, 229, 276, 999};

    @FuzzTest(maxDuration = "60s")
    void frames(byte[] input) {
        SegmentReader reader = new SegmentReader();
        Segment segment = new Segment();
        int at = 0;
        while (at + 3 <= input.length) {
            int choice = input[at] & 0xff;
            int length = Math.min((input[at + 1] & 0xff) << 8 | input[at + 2] & 0xff, input.length - at - 3);
            Packet packet = new Packet();
            packet.linkType = LINK_TYPES[choice & 15];
            packet.captured = (choice & 0x80) != 0 ? length - length / 4 : length;
            packet.original = length;
            // As large as the packet: whoever reads beyond it is found out.
            packet.data = Arrays.copyOfRange(input, at + 3, at + 3 + packet.captured);
            at += 3 + length;
            if (reader.read(packet, segment) == SegmentReader.Found.SEGMENT) {
                boolean inside = segment.offset >= 0
                        && segment.length >= 0
                        && segment.cut >= 0
                        && segment.offset + segment.length <= segment.data.length;
                if (!inside || segment.length + segment.cut > 65_535 + 65_535) {
                    throw new AssertionError("a segment outside of its packet");
                }
            }
        }
    }
}
