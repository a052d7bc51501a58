package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;

/**
 * One record to be written.
 *
 * @param head head and meta data, from index 0 of its array
 * @param content chunks of content behind it, ready to be read
 * @param then is told where it went, once it is on disk
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogEntry(ByteBuffer head, ByteBuffer[] content, int length, Written then) {
    private static final ByteBuffer[] NOTHING = {};

    /** What follows when a record is on disk. Called on the committing thread under the queue's lock. */
    @FunctionalInterface
    interface Written {
        void at(Segment segment, int offset, int length);
    }

    static LogEntry of(ByteBuffer head, Written then) {
        return new LogEntry(head, NOTHING, head.limit(), then);
    }
}
