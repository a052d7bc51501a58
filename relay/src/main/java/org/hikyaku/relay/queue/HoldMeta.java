package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The record that a mail is held, or no longer.
 *
 * @param revision counts up: where several are found, the highest is right
 * @param why empty when it is released
 */
record HoldMeta(long id, int revision, Optional<String> why) {

    ByteBuffer record() {
        ByteBuffer head = LogRecord.begin(64).i64(id).i32(revision).text(why).done();
        LogRecord.fill(head, LogRecord.Type.HOLD, 0, 0);
        return head;
    }

    static HoldMeta read(Unpacker in) throws DamagedRecordException {
        return new HoldMeta(in.i64(), in.i32(), in.optionalText());
    }
}
