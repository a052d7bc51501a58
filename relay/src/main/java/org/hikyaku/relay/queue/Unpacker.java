package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Takes apart what a {@link Packer} put together. Everything throws {@link DamagedRecordException} where bytes are missing. */
final class Unpacker {
    private final ByteBuffer bytes;

    Unpacker(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    private void need(int count) throws DamagedRecordException {
        if (count < 0 || bytes.remaining() < count) {
            throw new DamagedRecordException("it ends too early");
        }
    }

    boolean hasMore() {
        return bytes.hasRemaining();
    }

    int u8() throws DamagedRecordException {
        need(1);
        return bytes.get() & 0xFF;
    }

    int i32() throws DamagedRecordException {
        need(4);
        return bytes.getInt();
    }

    /** A number of things that take at least so many bytes each. */
    int count(int leastBytes) throws DamagedRecordException {
        int count = i32();
        if (count < 0 || (long) count * leastBytes > bytes.remaining()) {
            throw new DamagedRecordException("it announces more than it has");
        }
        return count;
    }

    long i64() throws DamagedRecordException {
        need(8);
        return bytes.getLong();
    }

    boolean flag() throws DamagedRecordException {
        return u8() != 0;
    }

    String text() throws DamagedRecordException {
        int length = i32();
        need(length);
        if (bytes.hasArray()) {
            String text =
                    new String(bytes.array(), bytes.arrayOffset() + bytes.position(), length, StandardCharsets.UTF_8);
            bytes.position(bytes.position() + length);
            return text;
        }
        byte[] utf8 = new byte[length];
        bytes.get(utf8);
        return new String(utf8, StandardCharsets.UTF_8);
    }

    Optional<String> optionalText() throws DamagedRecordException {
        return flag() ? Optional.of(text()) : Optional.empty();
    }

    /** One of these constants, by its code. */
    <E extends Enum<E>> E one(E[] constants, ToIntFunction<E> code) throws DamagedRecordException {
        int found = u8();
        for (E constant : constants) {
            if (code.applyAsInt(constant) == found) {
                return constant;
            }
        }
        throw new DamagedRecordException("it has the unknown code " + found);
    }
}
