package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.InstantSource;

/** A queue in a folder. */
public final class SegmentQueue {
    private SegmentQueue() {}

    /** Opens the queue in its folder. For the time being the mails are kept in memory alone. */
    public static MailQueue open(QueueOptions options, InstantSource clock) throws IOException {
        return new MemoryQueue(options, clock);
    }
}
