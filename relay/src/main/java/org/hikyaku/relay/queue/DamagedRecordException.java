package org.hikyaku.relay.queue;

import java.io.IOException;

/** Bytes of the log are not what was written. */
final class DamagedRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    /** @param how in words that fit behind "a record is damaged: " */
    DamagedRecordException(String how) {
        super(how);
    }
}
