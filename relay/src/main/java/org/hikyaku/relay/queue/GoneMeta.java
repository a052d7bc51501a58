package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;

/**
 * The record that a mail is done with.
 *
 * @param segments where records of the mail may still stand: the record must be kept as long as one of them exists
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record GoneMeta(long id, int[] segments) {

    ByteBuffer record() {
        Packer out = LogRecord.begin(12 + 4 * segments.length).i64(id).i32(segments.length);
        for (int segment : segments) {
            out.i32(segment);
        }
        ByteBuffer head = out.done();
        LogRecord.fill(head, LogRecord.Type.GONE, 0, 0);
        return head;
    }

    static GoneMeta read(Unpacker in) throws DamagedRecordException {
        long id = in.i64();
        int[] segments = new int[in.count(4)];
        for (int i = 0; i < segments.length; i++) {
            segments[i] = in.i32();
        }
        return new GoneMeta(id, segments);
    }
}
