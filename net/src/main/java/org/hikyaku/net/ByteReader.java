package org.hikyaku.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads bytes through a buffer of its own and always knows what it holds that nobody has asked for yet. Not safe for
 * use by several threads.
 */
public final class ByteReader {

    /** Bytes read ahead at most. */
    public static final int BUFFER = 8192;

    private final InputStream in;
    private final byte[] buffer = new byte[BUFFER];
    private int from;
    private int to;

    public ByteReader(InputStream in) {
        this.in = in;
    }

    /** The next byte, 0 to 255, or -1 at the end of the stream. */
    public int read() throws IOException {
        return from < to || fill() ? buffer[from++] & 0xFF : -1;
    }

    /** The next byte without taking it, or -1 at the end of the stream. */
    public int peek() throws IOException {
        return from < to || fill() ? buffer[from] & 0xFF : -1;
    }

    /** As {@link InputStream#read(byte[], int, int)}: at least one byte, or -1 at the end. */
    public int read(byte[] target, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (from == to && !fill()) {
            return -1;
        }
        int count = Math.min(length, to - from);
        System.arraycopy(buffer, from, target, offset, count);
        from += count;
        return count;
    }

    /** Exactly this many bytes; throws {@link EOFException} when the stream ends before. */
    public byte[] readExactly(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int have = 0; have < count; ) {
            int got = read(bytes, have, count - have);
            if (got < 0) {
                throw new EOFException("the other side ended after " + have + " of " + count + " bytes");
            }
            have += got;
        }
        return bytes;
    }

    /** Everything up to the end of the stream. */
    public byte[] readAll(Limit limit) throws IOException {
        byte[] bytes = new byte[BUFFER];
        int have = 0;
        while (true) {
            int got = read(bytes, have, bytes.length - have);
            if (got < 0) {
                return Arrays.copyOf(bytes, have);
            }
            have += got;
            limit.check(have);
            if (have == bytes.length) {
                bytes = Arrays.copyOf(bytes, bytes.length * 2);
            }
        }
    }

    /** How many bytes have been received that nobody has asked for yet. */
    public int buffered() {
        return to - from;
    }

    /**
     * Takes what is buffered, without waiting for more. Whoever changes the meaning of the stream, as STARTTLS does,
     * must look here: bytes that came before the change must not be read as if they had come after it.
     */
    public byte[] takeBuffered() {
        byte[] held = Arrays.copyOfRange(buffer, from, to);
        from = to;
        return held;
    }

    /**
     * Moves bytes from the buffer up to and including the first {@code wanted} byte, or all that is buffered when it is
     * not there; waits only when nothing is buffered.
     *
     * @return the number of bytes moved, or -1 at the end of the stream; {@code target}'s last byte tells which case it was
     */
    int moveThrough(byte wanted, ByteSink target) throws IOException {
        if (from == to && !fill()) {
            return -1;
        }
        int end = from;
        while (end < to && buffer[end++] != wanted) {
            // Searching.
        }
        int count = end - from;
        target.append(buffer, from, count);
        from = end;
        return count;
    }

    /** Takes bytes out of a reader's buffer. */
    interface ByteSink {
        void append(byte[] bytes, int offset, int length) throws IOException;
    }

    private boolean fill() throws IOException {
        from = 0;
        to = 0;
        int got = in.read(buffer, 0, buffer.length);
        if (got < 0) {
            return false;
        }
        to = got;
        return got > 0 || fill();
    }
}
