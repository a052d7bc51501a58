package org.hikyaku.capture.synthetic;

import java.net.Inet4Address;
import java.nio.ByteBuffer;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;

/** Makes the Ethernet frames of one connection (RFC 791, RFC 8200, RFC 9293). */
final class Packets {
    static final int FIN = 0x01;
    static final int SYN = 0x02;
    static final int RST = 0x04;
    static final int PSH = 0x08;
    static final int ACK = 0x10;

    private static final int TCP = 6;
    private static final int UDP = 17;
    private static final int UDP_HEADER = 8;
    private static final int ETHERNET_HEADER = 14;
    private static final int TCP_HEADER = 20;
    private static final int MSS_OPTION = 4;
    private static final int HOPS = 64;
    private static final int WINDOW = 65535;

    /** Locally administered, so that they are nobody's. */
    private static final byte[] CLIENT_MAC = {2, 0, 0, 0, 0, 1};

    private static final byte[] SERVER_MAC = {2, 0, 0, 0, 0, 2};

    private final Endpoint client;
    private final Endpoint server;
    private final boolean ipv4;
    private int identification;

    Packets(Endpoint client, Endpoint server) {
        this.client = client;
        this.server = server;
        this.ipv4 = client.address() instanceof Inet4Address && server.address() instanceof Inet4Address;
    }

    /** Bytes of the IP and TCP headers of a segment with data. */
    int headers() {
        return ipHeader() + TCP_HEADER;
    }

    private int ipHeader() {
        return ipv4 ? 20 : 40;
    }

    byte[] of(Side sender, int flags, int sequence, int acknowledgement, byte[] data, int offset, int length) {
        int options = (flags & SYN) != 0 ? MSS_OPTION : 0;
        int segment = TCP_HEADER + options + length;
        byte[] packet = new byte[ETHERNET_HEADER + ipHeader() + segment];
        ByteBuffer p = ByteBuffer.wrap(packet);
        Endpoint from = sender == Side.CLIENT ? client : server;
        Endpoint to = sender == Side.CLIENT ? server : client;
        outside(p, sender, TCP, segment);
        int tcp = p.position();
        p.putShort((short) from.port())
                .putShort((short) to.port())
                .putInt(sequence)
                .putInt(acknowledgement)
                .put((byte) ((TCP_HEADER + options) << 2)) // in units of four bytes, in the upper half
                .put((byte) flags)
                .putShort((short) WINDOW)
                .putInt(0); // checksum, urgent pointer
        if (options > 0) {
            p.put((byte) 2).put((byte) MSS_OPTION).putShort((short) (1500 - headers()));
        }
        p.put(data, offset, length);
        long sum = pseudoHeader(from, to, TCP, segment);
        p.putShort(tcp + 16, checksum(p, tcp, segment, sum));
        return packet;
    }

    /** A UDP datagram (RFC 768). */
    byte[] datagram(Side sender, byte[] data) {
        int length = UDP_HEADER + data.length;
        byte[] packet = new byte[ETHERNET_HEADER + ipHeader() + length];
        ByteBuffer p = ByteBuffer.wrap(packet);
        Endpoint from = sender == Side.CLIENT ? client : server;
        Endpoint to = sender == Side.CLIENT ? server : client;
        outside(p, sender, UDP, length);
        int udp = p.position();
        p.putShort((short) from.port())
                .putShort((short) to.port())
                .putShort((short) length)
                .putShort((short) 0)
                .put(data);
        short sum = checksum(p, udp, length, pseudoHeader(from, to, UDP, length));
        p.putShort(udp + 6, sum == 0 ? (short) 0xffff : sum); // zero would say that there is none
        return packet;
    }

    /** The headers of Ethernet and IP around something of this length. */
    private void outside(ByteBuffer p, Side sender, int protocol, int length) {
        boolean up = sender == Side.CLIENT;
        p.put(up ? SERVER_MAC : CLIENT_MAC).put(up ? CLIENT_MAC : SERVER_MAC).putShort((short)
                (ipv4 ? 0x0800 : 0x86dd));
        Endpoint from = up ? client : server;
        Endpoint to = up ? server : client;
        if (ipv4) {
            ipv4(p, from, to, protocol, length);
        } else {
            p.putInt(0x6000_0000).putShort((short) length).put((byte) protocol).put((byte) HOPS);
            p.putLong(from.high()).putLong(from.low()).putLong(to.high()).putLong(to.low());
        }
    }

    /** Addresses, protocol and length (RFC 9293 section 3.1, RFC 8200 section 8.1), added up. */
    private long pseudoHeader(Endpoint from, Endpoint to, int protocol, int length) {
        long sum = protocol + length + (ipv4 ? words(from.low(), 2) + words(to.low(), 2) : 0);
        if (!ipv4) {
            sum += words(from.high(), 4) + words(from.low(), 4) + words(to.high(), 4) + words(to.low(), 4);
        }
        return sum;
    }

    private void ipv4(ByteBuffer p, Endpoint from, Endpoint to, int protocol, int segment) {
        int at = p.position();
        p.put((byte) 0x45)
                .put((byte) 0)
                .putShort((short) (20 + segment))
                .putShort((short) ++identification)
                .putShort((short) 0x4000) // do not fragment
                .put((byte) HOPS)
                .put((byte) protocol)
                .putShort((short) 0)
                .putInt((int) from.low())
                .putInt((int) to.low());
        p.putShort(at + 10, checksum(p, at, 20, 0));
    }

    /** The lower words of 16 bits, added up. */
    private static long words(long value, int count) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += value >>> 16 * i & 0xffff;
        }
        return sum;
    }

    /** The Internet checksum (RFC 1071). */
    private static short checksum(ByteBuffer p, int from, int length, long begin) {
        long sum = begin;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += p.getShort(from + i) & 0xffff;
        }
        if ((length & 1) != 0) {
            sum += (p.get(from + length - 1) & 0xff) << 8;
        }
        while (sum >>> 16 != 0) {
            sum = (sum & 0xffff) + (sum >>> 16);
        }
        return (short) ~sum;
    }
}
