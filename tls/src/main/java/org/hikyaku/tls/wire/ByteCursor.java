package org.hikyaku.tls.wire;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads big-endian numbers and length-prefixed vectors (RFC 8446 section 3) from a range of an array, without copying. */
final class ByteCursor {
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final long base;
    private int at;

    ByteCursor(byte[] bytes) {
        this(bytes, 0, bytes.length, 0);
    }

    /** @param base what to add to a position relative to {@code start} when an offset is reported */
    ByteCursor(byte[] bytes, int start, int end, long base) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.base = base;
        this.at = start;
    }

    int remaining() {
        return end - at;
    }

    boolean hasMore() {
        return at < end;
    }

    long offset() {
        return base + (at - start);
    }

    int u8(String what) throws TlsFormatException {
        need(1, what);
        return bytes[at++] & 0xff;
    }

    int u16(String what) throws TlsFormatException {
        need(2, what);
        int value = (bytes[at] & 0xff) << 8 | bytes[at + 1] & 0xff;
        at += 2;
        return value;
    }

    int u24(String what) throws TlsFormatException {
        need(3, what);
        int value = (bytes[at] & 0xff) << 16 | (bytes[at + 1] & 0xff) << 8 | bytes[at + 2] & 0xff;
        at += 3;
        return value;
    }

    long u32(String what) throws TlsFormatException {
        return (long) u16(what) << 16 | u16(what);
    }

    /** A length of so many bytes, before a vector. */
    private int length(int bytesOfLength, String what) throws TlsFormatException {
        if (bytesOfLength > remaining()) {
            need(bytesOfLength, what + " length"); // says so
        }
        int length = 0;
        for (int i = 0; i < bytesOfLength; i++) {
            length = length << 8 | bytes[at++] & 0xff;
        }
        return length;
    }

    byte[] bytes(int length, String what) throws TlsFormatException {
        need(length, what);
        byte[] copy = Arrays.copyOfRange(bytes, at, at + length);
        at += length;
        return copy;
    }

    byte[] rest() {
        byte[] copy = Arrays.copyOfRange(bytes, at, end);
        at = end;
        return copy;
    }

    ByteCursor vector8(String what) throws TlsFormatException {
        return sub(length(1, what), what);
    }

    ByteCursor vector16(String what) throws TlsFormatException {
        return sub(length(2, what), what);
    }

    ByteCursor vector24(String what) throws TlsFormatException {
        return sub(length(3, what), what);
    }

    byte[] opaque8(String what) throws TlsFormatException {
        return bytes(length(1, what), what);
    }

    byte[] opaque16(String what) throws TlsFormatException {
        return bytes(length(2, what), what);
    }

    byte[] opaque24(String what) throws TlsFormatException {
        return bytes(length(3, what), what);
    }

    /** All that is left, as 16-bit numbers. */
    List<Integer> numbers16(String what) throws TlsFormatException {
        if (remaining() % 2 != 0) {
            throw new TlsFormatException(what + ": odd length " + remaining(), offset());
        }
        List<Integer> numbers = new ArrayList<>(remaining() / 2);
        while (hasMore()) {
            numbers.add(u16(what));
        }
        return List.copyOf(numbers);
    }

    /** All that is left, as 8-bit numbers. */
    List<Integer> numbers8(String what) throws TlsFormatException {
        List<Integer> numbers = new ArrayList<>(remaining());
        while (hasMore()) {
            numbers.add(u8(what));
        }
        return List.copyOf(numbers);
    }

    ByteCursor sub(int length, String what) throws TlsFormatException {
        need(length, what);
        ByteCursor sub = new ByteCursor(bytes, at, at + length, offset());
        at += length;
        return sub;
    }

    /** What was read since the cursor stood at this offset. */
    byte[] since(long offset) {
        return Arrays.copyOfRange(bytes, start + (int) (offset - base), at);
    }

    void expectEnd(String what) throws TlsFormatException {
        if (hasMore()) {
            throw new TlsFormatException(what + " is followed by " + remaining() + " stray bytes", offset());
        }
    }

    private void need(int length, String what) throws TlsFormatException {
        if (length > remaining()) {
            throw new TlsFormatException(what + ": " + length + " bytes expected, " + remaining() + " left", offset());
        }
    }
}
