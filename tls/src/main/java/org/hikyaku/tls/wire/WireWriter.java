package org.hikyaku.tls.wire;

import java.util.Arrays;
import java.util.List;

/** Writes big-endian numbers and length-prefixed vectors (RFC 8446 section 3). */
final class WireWriter {
    private byte[] bytes = new byte[256];
    private int size;

    /** Writes the contents of a vector. */
    interface Body {
        void write(WireWriter out);
    }

    WireWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter u16(int value) {
        return u8(value >>> 8).u8(value);
    }

    WireWriter u24(int value) {
        return u8(value >>> 16).u16(value);
    }

    WireWriter u32(long value) {
        return u16((int) (value >>> 16)).u16((int) value);
    }

    WireWriter raw(byte[] value) {
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    WireWriter numbers16(List<Integer> values) {
        values.forEach(this::u16);
        return this;
    }

    WireWriter numbers8(List<Integer> values) {
        values.forEach(this::u8);
        return this;
    }

    WireWriter opaque8(byte[] value) {
        return vector(1, w -> w.raw(value));
    }

    WireWriter opaque16(byte[] value) {
        return vector(2, w -> w.raw(value));
    }

    WireWriter opaque24(byte[] value) {
        return vector(3, w -> w.raw(value));
    }

    /** A vector whose length stands before it in this many bytes. */
    WireWriter vector(int lengthBytes, Body body) {
        int from = size;
        room(lengthBytes);
        size += lengthBytes;
        body.write(this);
        int length = size - from - lengthBytes;
        if (length >>> (8 * lengthBytes) != 0) {
            throw new IllegalArgumentException(length + " bytes do not fit a " + lengthBytes + "-byte length");
        }
        for (int i = 0; i < lengthBytes; i++) {
            bytes[from + i] = (byte) (length >>> (8 * (lengthBytes - 1 - i)));
        }
        return this;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (size + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
