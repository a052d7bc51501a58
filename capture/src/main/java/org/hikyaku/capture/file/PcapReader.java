package org.hikyaku.capture.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The classic format of libpcap (draft-ietf-opsawg-pcap): a header of 24 bytes, then 16 bytes before each packet. */
final class PcapReader implements CaptureReader {
    private static final int RECORD_HEADER = 16;
    private static final int MODIFIED_RECORD_HEADER = 24;

    private final CaptureInput in;
    private final boolean little;
    private final long unit;
    private final int recordHeader;
    private final int linkType;
    private final int snapLength;
    private final List<String> warnings = new ArrayList<>();
    private long frame;

    PcapReader(CaptureInput in) throws IOException {
        this.in = in;
        if (!in.need(24)) {
            throw new CaptureFormatException("the file ends inside the pcap header (24 bytes)");
        }
        int magic = i32(0, false);
        switch (magic) {
            case 0xa1b2c3d4 -> {
                little = false;
                unit = 1000;
                recordHeader = RECORD_HEADER;
            }
            case 0xd4c3b2a1 -> {
                little = true;
                unit = 1000;
                recordHeader = RECORD_HEADER;
            }
            case 0xa1b23c4d -> {
                little = false;
                unit = 1;
                recordHeader = RECORD_HEADER;
            }
            case 0x4d3cb2a1 -> {
                little = true;
                unit = 1;
                recordHeader = RECORD_HEADER;
            }
            case 0xa1b2cd34 -> { // Kuznetzov's variant: eight more bytes before each packet
                little = false;
                unit = 1000;
                recordHeader = MODIFIED_RECORD_HEADER;
            }
            case 0x34cdb2a1 -> {
                little = true;
                unit = 1000;
                recordHeader = MODIFIED_RECORD_HEADER;
            }
            default ->
                throw new CaptureFormatException(
                        "not a pcap file: it begins with " + HexFormat.of().toHexDigits(magic));
        }
        snapLength = i32(16);
        linkType = i32(20) & 0x03ffffff; // the six upper bits tell of a frame check sequence
        in.advance(24);
    }

    static boolean recognises(int magic) {
        return switch (magic) {
            case 0xa1b2c3d4, 0xd4c3b2a1, 0xa1b23c4d, 0x4d3cb2a1, 0xa1b2cd34, 0x34cdb2a1 -> true;
            default -> false;
        };
    }

    /** Most bytes of a packet that were kept; 0 or less where the file does not bound it. */
    int snapLength() {
        return snapLength;
    }

    private int i32(int at) {
        return i32(at, little);
    }

    private int i32(int at, boolean littleEndian) {
        byte[] d = in.buffer();
        int i = in.position() + at;
        return littleEndian ? little(d, i) : big(d, i);
    }

    /** By hand and in pieces: a VarHandle is slow, and what is longer a call, until the JVM's second compiler has seen it. */
    private static int little(byte[] d, int i) {
        return little16(d, i) | little16(d, i + 2) << 16;
    }

    private static int little16(byte[] d, int i) {
        return d[i] & 0xff | (d[i + 1] & 0xff) << 8;
    }

    private static int big(byte[] d, int i) {
        return big16(d, i) << 16 | big16(d, i + 2);
    }

    private static int big16(byte[] d, int i) {
        return (d[i] & 0xff) << 8 | d[i + 1] & 0xff;
    }

    @Override
    public boolean next(Packet packet) throws IOException {
        if (!in.need(recordHeader)) {
            if (in.available() > 0) {
                warnings.add("the file ends inside the header of packet " + (frame + 1) + ": it was cut");
            }
            return false;
        }
        byte[] d = in.buffer();
        int at = in.position();
        boolean reversed = little;
        long seconds = (reversed ? little(d, at) : big(d, at)) & 0xffffffffL;
        long fraction = (reversed ? little(d, at + 4) : big(d, at + 4)) & 0xffffffffL;
        int captured = reversed ? little(d, at + 8) : big(d, at + 8);
        long original = (reversed ? little(d, at + 12) : big(d, at + 12)) & 0xffffffffL;
        if (captured < 0 || captured > CaptureFiles.LONGEST_PACKET.value()) {
            throw new CaptureFormatException("packet " + (frame + 1) + " claims " + (captured & 0xffffffffL)
                    + " bytes, more than the limit of " + CaptureFiles.LONGEST_PACKET.value() + " "
                    + CaptureFiles.LONGEST_PACKET.name() + ": the file is damaged at byte " + in.offset());
        }
        if (!in.need(recordHeader + captured)) {
            warnings.add("the file ends inside packet " + (frame + 1) + ": it was cut");
            return false;
        }
        in.advance(recordHeader);
        packet.frame = ++frame;
        packet.nanos = seconds * 1_000_000_000L + fraction * unit;
        packet.linkType = linkType;
        packet.data = in.buffer();
        packet.offset = in.position();
        packet.captured = captured;
        packet.original = Math.max(original, captured);
        in.advance(captured);
        return true;
    }

    @Override
    public void windows(Windows windows) {
        in.windows(windows);
    }

    @Override
    public List<String> warnings() {
        List<String> all = new ArrayList<>(warnings);
        in.trouble().ifPresent(all::add);
        return all;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
