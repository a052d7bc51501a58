package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * Reads all records of a segment. Bytes that are no sound record are passed over up to the next place where the segment's salt and a
 * sound head stand.
 */
final class SegmentScan {
    private static final int WINDOW = 1 << 20;

    private final DurableFile file;
    private final long salt;
    private final CRC32C sum = new CRC32C();
    private ByteBuffer window = ByteBuffer.allocate(WINDOW).limit(0);
    private long windowAt;

    SegmentScan(DurableFile file, long salt) {
        this.file = file;
        this.salt = salt;
    }

    /** Is told what a scan finds, in the order of the file. */
    interface Visitor {
        /** A sound record; the meta data is the buffer's rest and valid during the call only. */
        void record(LogRecord record, long offset, ByteBuffer meta) throws IOException;

        /** Bytes that are none. */
        void damaged(long from, long to, String how);
    }

    /** Reads from the first record to the end. */
    void scan(Visitor visitor) throws IOException {
        long size = file.size();
        long at = SegmentHead.BYTES;
        while (at < size) {
            int index = window(at, (int) Math.min(LogRecord.HEAD, size - at));
            Optional<LogRecord> found = LogRecord.at(window, index, salt, sum);
            if (found.isEmpty()) {
                long next = next(at + 1, size);
                visitor.damaged(at, next, "no record begins here");
                at = next;
                continue;
            }
            LogRecord record = found.get();
            long end = at + record.length();
            if (end > size) {
                visitor.damaged(at, size, "the record goes beyond the end of the file");
                return;
            }
            index = window(at, record.length());
            ByteBuffer meta = window.slice(index + LogRecord.HEAD, record.meta());
            if (!LogRecord.matches(meta, record.metaSum())) {
                visitor.damaged(at, end, "the meta data does not fit its CRC32C");
            } else if (!LogRecord.matches(
                    window.slice(index + LogRecord.HEAD + record.meta(), record.content()), record.contentSum())) {
                visitor.damaged(at, end, "the content does not fit its CRC32C");
            } else {
                visitor.record(record, at, meta);
            }
            at = end;
        }
    }

    /** Where the next sound head is, or the end. */
    private long next(long from, long size) throws IOException {
        long at = from;
        while (size - at >= LogRecord.HEAD) {
            int index = window(at, (int) Math.min(WINDOW, size - at));
            int last = window.limit() - LogRecord.HEAD;
            for (int i = index; i <= last; i++) {
                if (window.getLong(i) == salt
                        && LogRecord.at(window, i, salt, sum).isPresent()) {
                    return at + i - index;
                }
            }
            at += last + 1 - index;
        }
        return size;
    }

    /** Sees to it that these bytes of the file are in the window, and tells at which index they begin. */
    private int window(long at, int length) throws IOException {
        if (at < windowAt || at + length > windowAt + window.limit()) {
            if (window.capacity() < length) {
                window = ByteBuffer.allocate(length);
            }
            window.clear();
            file.read(window, at);
            window.flip();
            windowAt = at;
            if (window.limit() < length) {
                throw new DamagedRecordException("the file became shorter while it was read");
            }
        }
        return (int) (at - windowAt);
    }
}
