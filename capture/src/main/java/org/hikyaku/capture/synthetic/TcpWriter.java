package org.hikyaku.capture.synthetic;

import java.io.IOException;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;

/**
 * Writes what two sides said as one TCP connection: Ethernet frames with IPv4 or IPv6, three-way handshake, segments of
 * a plain network's size, acknowledgements, both FINs, and all checksums right. Not safe for several threads; several
 * writers may share one {@link PcapNgWriter}.
 */
public final class TcpWriter {
    /** An Ethernet frame carries 1500 bytes; 20 of TCP and 20 or 40 of IP are headers. */
    private static final int MTU = 1500;

    /** The receiver's window is 65535 (no scaling): it acknowledges before that is full. */
    private static final int UNACKNOWLEDGED = 32 << 10;

    private final PcapNgWriter to;
    private final int interfaceNumber;
    private final Packets packets;
    private final int largest;
    private final Half client = new Half(Side.CLIENT, 0x1000_0000);
    private final Half server = new Half(Side.SERVER, 0x2000_0000);
    private long lastNanos;
    private boolean opened;
    private boolean closed;

    /** What one side has sent. */
    private static final class Half {
        private final Side side;
        private int next;
        private int unacknowledged;
        private boolean finished;

        Half(Side side, int first) {
            this.side = side;
            this.next = first;
        }
    }

    /**
     * Nothing is written before the first call.
     *
     * @param interfaceNumber of an interface of type {@link PcapNgWriter#ETHERNET}
     */
    public TcpWriter(PcapNgWriter to, int interfaceNumber, Endpoint client, Endpoint server) {
        this.to = to;
        this.interfaceNumber = interfaceNumber;
        this.packets = new Packets(client, server);
        this.largest = MTU - packets.headers();
    }

    private Half of(Side side) {
        return side == Side.CLIENT ? client : server;
    }

    /** The three-way handshake (RFC 9293 section 3.5); done by {@link #data} when nobody did it before. */
    public void open(long nanos) throws IOException {
        if (opened) {
            return;
        }
        opened = true;
        control(client, Packets.SYN, nanos);
        control(server, Packets.SYN | Packets.ACK, nanos);
        control(client, Packets.ACK, nanos);
    }

    /** The next bytes of one side. Times that run backwards are held. */
    public void data(Side side, byte[] data, int offset, int length, long nanos) throws IOException {
        data(side, data, offset, length, nanos, "");
    }

    /** As {@link #data(Side, byte[], int, int, long)}, with a comment beside the first packet unless that is empty. */
    public void data(Side side, byte[] data, int offset, int length, long nanos, String comment) throws IOException {
        open(nanos);
        Half from = of(side);
        Half other = of(side.other());
        if (closed || from.finished) {
            return;
        }
        int at = 0;
        while (at < length) {
            int n = Math.min(largest, length - at);
            if (from.unacknowledged + n > UNACKNOWLEDGED) {
                control(other, Packets.ACK, nanos);
            }
            int flags = Packets.ACK | (at + n == length ? Packets.PSH : 0);
            emit(from, flags, data, offset + at, n, nanos, at == 0 ? comment : "");
            from.next += n;
            from.unacknowledged += n;
            at += n;
        }
    }

    /** Bytes are missing here: the sequence number jumps, as in a capture that lost packets. */
    public void gap(Side side, long bytes) {
        Half from = of(side);
        if (!closed && !from.finished) {
            from.next += (int) bytes;
        }
    }

    /** One side has nothing more to say. */
    public void finish(Side side, long nanos) throws IOException {
        Half from = of(side);
        if (!opened || closed || from.finished) {
            return;
        }
        control(from, Packets.FIN | Packets.ACK, nanos);
        from.finished = true;
        if (of(side.other()).finished) {
            control(of(side.other()), Packets.ACK, nanos);
            closed = true;
        }
    }

    /** Both sides end, if anything was written at all. */
    public void close(long nanos) throws IOException {
        finish(Side.CLIENT, nanos);
        finish(Side.SERVER, nanos);
    }

    /** The connection breaks off. */
    public void reset(Side side, long nanos) throws IOException {
        if (opened && !closed) {
            control(of(side), Packets.RST | Packets.ACK, nanos);
            closed = true;
        }
    }

    private void control(Half from, int flags, long nanos) throws IOException {
        emit(from, flags, new byte[0], 0, 0, nanos, "");
        if ((flags & (Packets.SYN | Packets.FIN)) != 0) {
            from.next++;
        }
    }

    private void emit(Half from, int flags, byte[] data, int offset, int length, long nanos, String comment)
            throws IOException {
        lastNanos = Math.max(lastNanos, nanos);
        Half other = of(from.side.other());
        boolean acknowledges = (flags & Packets.ACK) != 0;
        byte[] packet = packets.of(from.side, flags, from.next, acknowledges ? other.next : 0, data, offset, length);
        if (acknowledges) {
            other.unacknowledged = 0;
        }
        to.packet(interfaceNumber, lastNanos, packet, 0, packet.length, packet.length, comment);
    }
}
