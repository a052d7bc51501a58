package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * What a segment says without the contents of its mails, so that the index need not read those when it is rebuilt: the letters
 * {@code HIKYAKUD}, version, the segment's number, salt and length, then for each record its offset, its head and its meta data, and at
 * the end the CRC32C of all that. A digest that is missing or damaged is made anew from its segment.
 */
final class SegmentDigest {
    private static final long MAGIC = 0x48494B59414B5544L; // HIKYAKUD
    private static final int HEAD = 32;
    private static final int SUM = 4;

    /** Bytes of a digest; where it would have more, the segment is read instead. */
    private static final int MOST = 1 << 30;

    private final ByteBuffer bytes;
    private final long salt;

    private SegmentDigest(ByteBuffer bytes, long salt) {
        this.bytes = bytes;
        this.salt = salt;
    }

    /** Puts a digest together from a scan. */
    static final class Maker implements SegmentScan.Visitor {
        private final SegmentHead head;
        private final CRC32C sum = new CRC32C();
        private final Packer out = new Packer(1 << 16);

        Maker(SegmentHead head, long length) {
            this.head = head;
            out.i64(MAGIC)
                    .i32(SegmentHead.VERSION)
                    .i32(head.number())
                    .i64(head.salt())
                    .i64(length);
        }

        @Override
        public void record(LogRecord record, long offset, ByteBuffer meta) {
            ByteBuffer copy = ByteBuffer.allocate(LogRecord.HEAD + record.meta());
            copy.position(LogRecord.HEAD).put(meta.duplicate());
            LogRecord.fill(copy, record.type(), record.content(), record.contentSum());
            LogRecord.stamp(copy, head.salt(), sum);
            out.i64(offset).bytes(copy.rewind());
        }

        @Override
        public void damaged(long from, long to, String how) {
            // is not in the digest, and so not in the index
        }

        /** To be called once. */
        SegmentDigest done() {
            int length = out.length();
            ByteBuffer bytes = out.i32(0).done();
            sum.reset();
            sum.update(bytes.slice(0, length));
            bytes.putInt(length, (int) sum.getValue());
            return new SegmentDigest(bytes, head.salt());
        }
    }

    /** As it is on disk. */
    ByteBuffer bytes() {
        return bytes.duplicate().rewind();
    }

    /** The digest in this file; empty when it is not that of this segment at this length, whole and sound. */
    static Optional<SegmentDigest> read(DurableFile file, SegmentHead head, long length) throws IOException {
        long size = file.size();
        if (size < HEAD + SUM || size > MOST) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.allocate((int) size);
        file.read(bytes, 0);
        if (bytes.hasRemaining()) {
            return Optional.empty();
        }
        bytes.flip();
        boolean sound = bytes.getLong(0) == MAGIC
                && bytes.getInt(8) == SegmentHead.VERSION
                && bytes.getInt(12) == head.number()
                && bytes.getLong(16) == head.salt()
                && bytes.getLong(24) == length
                && LogRecord.matches(bytes.slice(0, bytes.limit() - SUM), bytes.getInt(bytes.limit() - SUM));
        return sound ? Optional.of(new SegmentDigest(bytes, head.salt())) : Optional.empty();
    }

    /** Tells of each record; none is damaged. */
    void visit(SegmentScan.Visitor visitor) throws IOException {
        CRC32C sum = new CRC32C();
        int at = HEAD;
        int end = bytes.limit() - SUM;
        while (at < end) {
            long offset = bytes.getLong(at);
            LogRecord record = LogRecord.at(bytes, at + 8, salt, sum)
                    .orElseThrow(() -> new DamagedRecordException("a digest with a sound sum has an unsound record"));
            visitor.record(record, offset, bytes.slice(at + 8 + LogRecord.HEAD, record.meta()));
            at += 8 + LogRecord.HEAD + record.meta();
        }
    }
}
