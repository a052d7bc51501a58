package org.hikyaku.capture.file;

/**
 * One packet as it stands in the capture. A reader fills the same object again and again: {@link #data} is a window into
 * the reader's buffer and holds only until the next packet is asked for.
 */
public final class Packet {
    /** Number of the packet in the file, from 1, as Wireshark counts. */
    public long frame;

    /** Time in nanoseconds since 1970-01-01 UTC. */
    public long nanos;

    /** Link type (LINKTYPE_ value of the tcpdump.org registry). */
    public int linkType;

    public byte[] data = new byte[0];

    /** Where the packet begins in {@link #data}. */
    public int offset;

    /** Bytes that the capture holds. */
    public int captured;

    /** Bytes that were on the wire; larger than {@link #captured} when a snapshot length cut the packet. */
    public long original;
}
