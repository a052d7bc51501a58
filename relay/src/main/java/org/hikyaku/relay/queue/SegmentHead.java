package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * The first {@link #BYTES} bytes of a segment: the letters {@code HIKYAKUQ}, the version of the format, the segment's number, its
 * salt, the number that the next mail's name will at least have, zeros, and the CRC32C of all that.
 */
record SegmentHead(int number, long salt, long nextId) {
    static final int BYTES = 64;
    static final int VERSION = 1;
    private static final long MAGIC = 0x48494B59414B5551L; // HIKYAKUQ
    private static final int SUM = 60;

    ByteBuffer bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(number).putLong(salt).putLong(nextId);
        bytes.putInt(SUM, sum(bytes));
        return bytes.clear();
    }

    /**
     * Reads it.
     *
     * @return empty when it is damaged
     * @throws DamagedRecordException when it is sound and of a version that is not known here
     */
    static Optional<SegmentHead> of(ByteBuffer bytes) throws DamagedRecordException {
        if (bytes.limit() < BYTES || bytes.getLong(0) != MAGIC || bytes.getInt(SUM) != sum(bytes)) {
            return Optional.empty();
        }
        if (bytes.getInt(8) != VERSION) {
            throw new DamagedRecordException("it has version " + bytes.getInt(8)
                    + " of the format, and this program knows version " + VERSION + "; start the newer program");
        }
        return Optional.of(new SegmentHead(bytes.getInt(12), bytes.getLong(16), bytes.getLong(24)));
    }

    private static int sum(ByteBuffer bytes) {
        CRC32C sum = new CRC32C();
        sum.update(bytes.slice(0, SUM));
        return (int) sum.getValue();
    }
}
