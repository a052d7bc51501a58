package org.hikyaku.capture.interop;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.hikyaku.capture.Hex;

/** Packets and frames around TCP segments, byte by byte from the RFCs: what no tool at hand sends. */
final class Frames {
    private static final byte[] MACS = Hex.bytes("020000000001 020000000002");

    private Frames() {}

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] slice(byte[] from, int offset, int length) {
        byte[] slice = new byte[length];
        System.arraycopy(from, offset, slice, 0, length);
        return slice;
    }

    /** RFC 1071. */
    private static short checksum(byte[] header) {
        int sum = 0;
        for (int i = 0; i < header.length; i += 2) {
            sum += (header[i] & 0xff) << 8 | header[i + 1] & 0xff;
        }
        return (short) ~((sum & 0xffff) + (sum >>> 16));
    }

    /** A part of the datagram as an IPv4 packet (RFC 791 section 3.1). */
    static byte[] ipv4(int from, int to, int id, byte[] datagram, int offset, int length) {
        boolean more = offset + length < datagram.length;
        ByteBuffer header = ByteBuffer.allocate(20)
                .putInt(0x45000000 | 20 + length)
                .putShort((short) id)
                .putShort((short) (offset / 8 | (more ? 0x2000 : 0)))
                .putInt(0x40060000)
                .putInt(from)
                .putInt(to);
        header.putShort(10, checksum(header.array()));
        return join(header.array(), slice(datagram, offset, length));
    }

    /** RFC 8200 section 3; the payload begins with the header that {@code next} names. */
    static byte[] ipv6(byte[] from, byte[] to, int next, byte[] payload) {
        byte[] head = ByteBuffer.allocate(8)
                .putInt(0x60000000)
                .putShort((short) payload.length)
                .put((byte) next)
                .put((byte) 64)
                .array();
        return join(head, from, to, payload);
    }

    /** RFC 8200 section 4.5: a fragment header and a part of the datagram. */
    static byte[] fragment6(int next, int id, byte[] datagram, int offset, int length) {
        boolean more = offset + length < datagram.length;
        byte[] header = ByteBuffer.allocate(8)
                .put((byte) next)
                .put((byte) 0)
                .putShort((short) (offset | (more ? 1 : 0)))
                .putInt(id)
                .array();
        return join(header, slice(datagram, offset, length));
    }

    /** A header that passes for hop-by-hop or destination options (RFC 8200 sections 4.3 and 4.6): PadN fills it. */
    static byte[] options(int next, int units) {
        byte[] header = new byte[units * 8];
        header[0] = (byte) next;
        header[1] = (byte) (units - 1);
        header[2] = 1; // PadN
        header[3] = (byte) (units * 8 - 4);
        return header;
    }

    static byte[] ethernet(int type, byte[] payload) {
        return join(MACS, new byte[] {(byte) (type >>> 8), (byte) type}, payload);
    }

    /** The EtherType of the IP packet. */
    static int type(byte[] ip) {
        return ip[0] >>> 4 == 4 ? 0x0800 : 0x86dd;
    }

    /** Ethernet with these bytes (in hex) between the addresses and the type of what follows. */
    static byte[] tagged(String tags, byte[] ip) {
        return join(MACS, Hex.bytes(tags), Hex.bytes(type(ip) == 0x0800 ? "0800" : "86dd"), ip);
    }

    /** RFC 3032 section 2.1: so many labels. */
    static byte[] mpls(int labels, byte[] ip) {
        ByteBuffer stack = ByteBuffer.allocate(4 * labels);
        for (int i = 1; i <= labels; i++) {
            stack.putInt(16_000 + i << 12 | (i == labels ? 0x100 : 0) | 64);
        }
        return join(stack.array(), ip);
    }

    /** RFC 1661 with the numbers of IP (RFC 1332, RFC 5072). */
    static byte[] ppp(byte[] ip) {
        return join(Hex.bytes(type(ip) == 0x0800 ? "0021" : "0057"), ip);
    }

    /** RFC 2516 section 4. */
    static byte[] pppoe(byte[] ip) {
        byte[] ppp = ppp(ip);
        byte[] head = ByteBuffer.allocate(6)
                .putInt(0x11000042)
                .putShort((short) ppp.length)
                .array();
        return join(head, ppp);
    }

    /** In which order and how often the fragments of a datagram pass. */
    enum Passing {
        IN_ORDER,
        BACKWARDS,
        SHUFFLED,
        EACH_TWICE,
        LAST_TWICE_AT_THE_END,
        OVERLAPPING_ALIKE,
        OVERLAPPING_OTHERWISE_THEN_SENT_AGAIN,
        ONE_MISSING_THEN_SENT_AGAIN
    }

    /** A fragment's place. */
    record Part(int offset, int length) {}

    static List<Part> parts(int total, int size, Passing passing, Random random) {
        List<Part> parts = new ArrayList<>();
        for (int at = 0; at < total; at += size) {
            int overlap = passing == Passing.OVERLAPPING_ALIKE ? 16 : 0;
            parts.add(new Part(at, Math.min(size + overlap, total - at)));
        }
        switch (passing) {
            case IN_ORDER, OVERLAPPING_ALIKE, OVERLAPPING_OTHERWISE_THEN_SENT_AGAIN -> {}
            case BACKWARDS -> Collections.reverse(parts);
            case SHUFFLED -> Collections.shuffle(parts, random);
            case EACH_TWICE -> {
                List<Part> once = List.copyOf(parts);
                parts.clear();
                once.forEach(part -> parts.addAll(List.of(part, part)));
            }
            case LAST_TWICE_AT_THE_END -> parts.add(parts.getLast());
            case ONE_MISSING_THEN_SENT_AGAIN -> parts.remove(random.nextInt(parts.size()));
        }
        return parts;
    }

    /** A pcapng file with packets of many link types, each on an interface of its own. */
    static final class PcapNg {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final List<Integer> interfaces = new ArrayList<>();
        private long micros = 1_760_000_000_000_000L;

        PcapNg() {
            block(
                    0x0a0d0d0a,
                    little(16)
                            .putInt(0x1a2b3c4d)
                            .putShort((short) 1)
                            .putShort((short) 0)
                            .putLong(-1));
        }

        void packet(int linkType, byte[] frame) {
            if (!interfaces.contains(linkType)) {
                interfaces.add(linkType);
                block(
                        1,
                        little(8).putShort((short) linkType).putShort((short) 0).putInt(0));
            }
            micros += 100;
            int padded = frame.length + 3 & ~3;
            block(
                    6,
                    little(20 + padded)
                            .putInt(interfaces.indexOf(linkType))
                            .putInt((int) (micros >>> 32))
                            .putInt((int) micros)
                            .putInt(frame.length)
                            .putInt(frame.length)
                            .put(frame));
        }

        private static ByteBuffer little(int size) {
            return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        }

        private void block(int type, ByteBuffer body) {
            int length = 12 + body.capacity();
            ByteBuffer block = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
            block.putInt(type).putInt(length).put(body.rewind()).putInt(length - 4, length);
            out.writeBytes(block.array());
        }

        byte[] bytes() {
            return out.toByteArray();
        }
    }
}
