package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Puts values one behind the other, big-endian, strings as UTF-8 behind their length. */
final class Packer {
    private byte[] bytes;
    private int length;

    Packer(int room) {
        bytes = new byte[room];
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.addExact(Math.max(bytes.length, more), bytes.length));
        }
    }

    Packer skip(int count) {
        room(count);
        length += count;
        return this;
    }

    Packer u8(int value) {
        room(1);
        bytes[length++] = (byte) value;
        return this;
    }

    Packer i32(int value) {
        room(4);
        ByteBuffer.wrap(bytes).putInt(length, value);
        length += 4;
        return this;
    }

    Packer i64(long value) {
        room(8);
        ByteBuffer.wrap(bytes).putLong(length, value);
        length += 8;
        return this;
    }

    Packer text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return i32(utf8.length).bytes(ByteBuffer.wrap(utf8));
    }

    /** The rest of the buffer. */
    Packer bytes(ByteBuffer from) {
        int count = from.remaining();
        room(count);
        from.get(bytes, length, count);
        length += count;
        return this;
    }

    /** One byte that says whether there is a text, and the text. */
    Packer text(Optional<String> value) {
        u8(value.isPresent() ? 1 : 0);
        value.ifPresent(this::text);
        return this;
    }

    int length() {
        return length;
    }

    /** What was put together, to be changed in place; the packer is used up. */
    ByteBuffer done() {
        return ByteBuffer.wrap(bytes, 0, length);
    }
}
