package org.hikyaku.capture.ip;

import org.hikyaku.capture.file.Packet;

/** Finds the IP packet in a frame, whatever the link type (the LINKTYPE_ registry of tcpdump.org). */
final class LinkLayer {
    private static final int NULL = 0;
    private static final int ETHERNET = 1;
    private static final int PPP = 9;
    private static final int RAW_OPENBSD = 12;
    private static final int RAW_OTHER = 14;
    private static final int PPP_HDLC = 50;
    private static final int PPP_ETHER = 51;
    private static final int RAW = 101;
    private static final int CISCO_HDLC = 104;
    private static final int LOOP = 108;
    private static final int SLL = 113;
    private static final int PPP_WITH_DIRECTION = 204;
    private static final int IPV4 = 228;
    private static final int IPV6 = 229;
    private static final int SLL2 = 276;

    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int ETHERTYPE_IPV6 = 0x86dd;
    private static final int MOST_TAGS = 16;

    static final int NOT_IP = -1;

    /** A link type that is not understood: nothing of the capture can be read. */
    static final int UNKNOWN = -2;

    private LinkLayer() {}

    /** The offset of the IP header in {@link Packet#data}, {@link #NOT_IP}, or {@link #UNKNOWN}. */
    static int ipOffset(Packet p) {
        int at = p.offset;
        int end = at + p.captured;
        return switch (p.linkType) {
            case ETHERNET -> at + 14 <= end ? byEtherType(p.data, at + 14, end, u16(p.data, at + 12)) : NOT_IP;
            case SLL -> at + 16 <= end ? byEtherType(p.data, at + 16, end, u16(p.data, at + 14)) : NOT_IP;
            case SLL2 -> at + 20 <= end ? byEtherType(p.data, at + 20, end, u16(p.data, at)) : NOT_IP;
            case RAW, RAW_OPENBSD, RAW_OTHER, IPV4, IPV6 -> at;
            case NULL, LOOP -> at + 4; // the family's number differs by system and byte order; the IP version tells
            case PPP -> ppp(p.data, at, end);
            case PPP_HDLC, CISCO_HDLC -> at + 4 <= end ? ppp(p.data, at, end) : NOT_IP;
            case PPP_WITH_DIRECTION -> at + 1 <= end ? ppp(p.data, at + 1, end) : NOT_IP;
            case PPP_ETHER -> at + 6 <= end ? ppp(p.data, at + 6, end) : NOT_IP;
            default -> UNKNOWN;
        };
    }

    private static int byEtherType(byte[] d, int from, int end, int first) {
        int at = from;
        int type = first;
        for (int tags = 0; tags < MOST_TAGS; tags++) {
            switch (type) {
                case ETHERTYPE_IPV4, ETHERTYPE_IPV6 -> {
                    return at;
                }
                case 0x8100, 0x88a8, 0x9100, 0x9200 -> { // VLAN, QinQ and its older numbers
                    if (at + 4 > end) {
                        return NOT_IP;
                    }
                    type = u16(d, at + 2);
                    at += 4;
                }
                case 0x8847, 0x8848 -> { // MPLS; the version of IP stands in its first byte
                    return mpls(d, at, end);
                }
                case 0x8864 -> { // PPPoE session
                    return at + 8 <= end ? ppp(d, at + 6, end) : NOT_IP;
                }
                default -> {
                    return NOT_IP;
                }
            }
        }
        return NOT_IP;
    }

    /** RFC 3032 section 2.1: labels up to the one that is the bottom of the stack. */
    private static int mpls(byte[] d, int from, int end) {
        int at = from;
        while (at + 4 <= end && (d[at + 2] & 1) == 0) {
            at += 4;
        }
        return at + 4 < end ? at + 4 : NOT_IP;
    }

    /** RFC 1661 and RFC 1662: perhaps address and control bytes, then a protocol number of one or two bytes. */
    private static int ppp(byte[] d, int from, int end) {
        int at = from;
        if (at + 2 <= end && d[at] == (byte) 0xff && d[at + 1] == 3) {
            at += 2;
        } else if (at + 4 <= end && (d[at] == 0x0f || d[at] == (byte) 0x8f) && d[at + 1] == 0) {
            return byEtherType(d, at + 4, end, u16(d, at + 2)); // Cisco HDLC
        }
        if (at + 2 > end) {
            return NOT_IP;
        }
        if ((d[at] & 1) == 1) { // compressed protocol field
            int protocol = d[at] & 0xff;
            return protocol == 0x21 || protocol == 0x57 ? at + 1 : NOT_IP;
        }
        return switch (u16(d, at)) {
            case 0x0021, 0x0057 -> at + 2;
            case 0x0281, 0x0283 -> mpls(d, at + 2, end);
            default -> NOT_IP;
        };
    }

    static int u16(byte[] d, int at) {
        return (d[at] & 0xff) << 8 | (d[at + 1] & 0xff);
    }
}
