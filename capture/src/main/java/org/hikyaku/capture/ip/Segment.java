package org.hikyaku.capture.ip;

/**
 * One TCP segment as found in a packet. Filled in again and again; {@link #data} is a window into the reader's buffer.
 * Addresses are 128 bits; IPv4 stands as IPv4-mapped IPv6 (RFC 4291 section 2.5.5.2).
 */
public final class Segment {
    public static final int FIN = 0x01;
    public static final int SYN = 0x02;
    public static final int RST = 0x04;
    public static final int ACK = 0x10;

    public long frame;
    public long nanos;
    public long sourceHigh;
    public long sourceLow;
    public long destinationHigh;
    public long destinationLow;
    public int sourcePort;
    public int destinationPort;

    /** Sequence number, 32 bits. */
    public int sequence;

    /** Acknowledgement number, 32 bits; meaningful with {@link #ACK}. */
    public int acknowledgement;

    public int flags;
    public byte[] data = new byte[0];
    public int offset;

    /** Bytes of payload that the capture holds. */
    public int length;

    /** Bytes of payload behind these that the snapshot length cut away. */
    public int cut;

    /** Bytes that its packet had on the wire; meaningful when {@link #cut} is not 0. */
    public long wire;

    public boolean has(int flag) {
        return (flags & flag) != 0;
    }
}
