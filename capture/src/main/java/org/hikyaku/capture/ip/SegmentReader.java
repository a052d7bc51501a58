package org.hikyaku.capture.ip;

import org.hikyaku.capture.file.Packet;

/** Finds the TCP segment in a packet, past link layer, IPv4 or IPv6, and fragments. */
public final class SegmentReader {
    private static final int TCP = 6;
    private static final long MAPPED = 0x0000_ffff_0000_0000L;

    /** What a packet turned out to be. */
    public enum Found {
        SEGMENT,
        /** Not IP, or IP but not TCP. */
        OTHER,
        /** A fragment that is kept until the rest comes. */
        FRAGMENT,
        /** Headers that lie or that the snapshot length cut. */
        DAMAGED,
        UNKNOWN_LINK_TYPE
    }

    private final FragmentStore fragments = new FragmentStore();

    /** Fragmented datagrams that never became whole, those that still may included. */
    public long datagramsLost() {
        return fragments.lost();
    }

    /** Fills in the segment when there is one. */
    public Found read(Packet p, Segment s) {
        int at = LinkLayer.ipOffset(p);
        if (at < 0) {
            return at == LinkLayer.UNKNOWN ? Found.UNKNOWN_LINK_TYPE : Found.OTHER;
        }
        int end = p.offset + p.captured;
        if (at >= end) {
            return Found.DAMAGED;
        }
        s.frame = p.frame;
        s.nanos = p.nanos;
        s.wire = p.original;
        int version = p.data[at] >>> 4 & 0xf;
        return switch (version) {
            case 4 -> ipv4(p, s, at, end);
            case 6 -> ipv6(p, s, at, end);
            default -> Found.OTHER;
        };
    }

    private Found ipv4(Packet p, Segment s, int at, int end) {
        byte[] d = p.data;
        if (end - at < 20) {
            return Found.DAMAGED;
        }
        int header = (d[at] & 0xf) * 4;
        int total = LinkLayer.u16(d, at + 2);
        if (total == 0) {
            total = wire(p, at); // segmentation offload leaves the field empty
        }
        if (header < 20 || total < header || end - at < header) {
            return Found.DAMAGED;
        }
        s.sourceHigh = 0;
        s.sourceLow = MAPPED | i32(d, at + 12) & 0xffffffffL;
        s.destinationHigh = 0;
        s.destinationLow = MAPPED | i32(d, at + 16) & 0xffffffffL;
        int protocol = d[at + 9];
        int fragment = LinkLayer.u16(d, at + 6);
        int from = at + header;
        int length = total - header;
        if (protocol != TCP) {
            return Found.OTHER;
        }
        if ((fragment & 0x3fff) != 0) {
            int held = Math.min(length, end - from);
            byte[] whole = fragments.add(
                    s,
                    protocol,
                    LinkLayer.u16(d, at + 4),
                    (fragment & 0x1fff) * 8,
                    (fragment & 0x2000) != 0,
                    d,
                    from,
                    held,
                    held == length);
            return whole == null ? Found.FRAGMENT : tcp(s, whole, 0, whole.length, whole.length);
        }
        return tcp(s, d, from, Math.min(end, from + length), length);
    }

    private Found ipv6(Packet p, Segment s, int at, int end) {
        byte[] d = p.data;
        if (end - at < 40) {
            return Found.DAMAGED;
        }
        s.sourceHigh = i64(d, at + 8);
        s.sourceLow = i64(d, at + 16);
        s.destinationHigh = i64(d, at + 24);
        s.destinationLow = i64(d, at + 32);
        int length = LinkLayer.u16(d, at + 4);
        if (length == 0) {
            length = wire(p, at) - 40; // a jumbogram, or segmentation offload
        }
        int from = at + 40;
        return headers(s, d, from, end, from + length, d[at + 6], true);
    }

    /**
     * The headers between that of IPv6 and what it carries; also those that stand in fragments (RFC 8200 section 4.5).
     *
     * @param end of what was captured
     * @param stop of the packet
     * @param mayBeFragment false of what fragments were put together to
     */
    private Found headers(Segment s, byte[] d, int begin, int end, int stop, int first, boolean mayBeFragment) {
        int from = begin;
        int next = first;
        while (true) {
            switch (next) {
                case TCP -> {
                    return tcp(s, d, from, Math.min(end, stop), stop - from);
                }
                case 0, 43, 60, (byte) 135, (byte) 139, (byte) 140 -> { // hop-by-hop, routing, destination, mobility …
                    if (from + 8 > end) {
                        return Found.DAMAGED;
                    }
                    next = d[from];
                    from += ((d[from + 1] & 0xff) + 1) * 8;
                }
                case 51 -> { // authentication header
                    if (from + 8 > end) {
                        return Found.DAMAGED;
                    }
                    next = d[from];
                    from += ((d[from + 1] & 0xff) + 2) * 4;
                }
                case 44 -> {
                    if (from + 8 > end || from + 8 > stop || !mayBeFragment) {
                        return Found.DAMAGED;
                    }
                    int field = LinkLayer.u16(d, from + 2);
                    int protocol = d[from];
                    int held = Math.min(stop, end) - from - 8;
                    if (!mayCarryTcp(protocol)) {
                        return Found.OTHER;
                    }
                    if ((field & 0xfff9) == 0) { // an "atomic" fragment (RFC 6946): whole by itself
                        next = protocol;
                        from += 8;
                        continue;
                    }
                    byte[] whole = fragments.add(
                            s,
                            protocol,
                            i32(d, from + 4),
                            field & 0xfff8,
                            (field & 1) != 0,
                            d,
                            from + 8,
                            held,
                            held == stop - from - 8);
                    return whole == null
                            ? Found.FRAGMENT
                            : headers(s, whole, 0, whole.length, whole.length, protocol, false);
                }
                default -> {
                    return Found.OTHER;
                }
            }
            if (from >= end || from > stop) {
                return Found.DAMAGED;
            }
        }
    }

    /** UDP in many fragments would else push out those that count. */
    private static boolean mayCarryTcp(int next) {
        return switch (next) {
            case 17, 50, 58, 132 -> false; // UDP, ESP, ICMPv6, SCTP
            default -> true;
        };
    }

    /** By hand and in halves: a VarHandle is slow, and what is longer a call, until the JVM's second compiler has seen it. */
    private static int i32(byte[] d, int at) {
        return LinkLayer.u16(d, at) << 16 | LinkLayer.u16(d, at + 2);
    }

    private static long i64(byte[] d, int at) {
        return (long) i32(d, at) << 32 | i32(d, at + 4) & 0xffff_ffffL;
    }

    private static int wire(Packet p, int at) {
        return (int) Math.min(p.original - (at - p.offset), Integer.MAX_VALUE);
    }

    /** Checksums are not looked at: offloading leaves them empty in honest captures (as Wireshark's default). */
    private static Found tcp(Segment s, byte[] d, int at, int end, int length) {
        if (end - at < 20 || length < 20) {
            return Found.DAMAGED;
        }
        int header = (d[at + 12] >>> 4 & 0xf) * 4;
        if (header < 20 || header > length) {
            return Found.DAMAGED;
        }
        s.sourcePort = LinkLayer.u16(d, at);
        s.destinationPort = LinkLayer.u16(d, at + 2);
        s.sequence = i32(d, at + 4);
        s.acknowledgement = i32(d, at + 8);
        s.flags = d[at + 13];
        s.data = d;
        s.offset = Math.min(at + header, end);
        s.length = Math.max(0, end - s.offset);
        s.cut = length - header - s.length;
        return Found.SEGMENT;
    }
}
