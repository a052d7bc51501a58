package org.hikyaku.relay.queue;

import java.io.IOException;

/** The queue takes no more mail now, because the disk or one of its limits is reached: SMTP's 452 (RFC 5321 section 4.2.3). */
public final class QueueFullException extends IOException {
    private static final long serialVersionUID = 1L;

    public QueueFullException(String sentence) {
        super(sentence);
    }
}
