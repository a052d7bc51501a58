package org.hikyaku.net.poll;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Memory outside the heap that the system reads from and writes to; freed with this object. */
public final class PollBuffer {
    private final ByteBuffer bytes;
    private final MemorySegment segment;

    public PollBuffer(int capacity) {
        this.bytes = ByteBuffer.allocateDirect(capacity);
        this.segment = MemorySegment.ofBuffer(bytes);
    }

    public int capacity() {
        return bytes.capacity();
    }

    /** Copies out of this buffer. */
    public void get(int at, byte[] into, int from, int length) {
        bytes.get(at, into, from, length);
    }

    /** Copies into this buffer. */
    public void put(int at, byte[] source, int from, int length) {
        bytes.put(at, source, from, length);
    }

    /** Whole, or from there on. */
    MemorySegment segment(int at, int length) {
        Objects.checkFromIndexSize(at, length, bytes.capacity());
        return at == 0 ? segment : segment.asSlice(at, length);
    }

    ByteBuffer slice(int at, int length) {
        return bytes.slice(at, length);
    }
}
