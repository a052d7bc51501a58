package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Holds mails and releases them. */
final class Holding {
    private final LogParts parts;
    private final QueueIndex index;

    Holding(LogParts parts) {
        this.parts = parts;
        this.index = parts.index();
    }

    /**
     * Holds a mail, or releases it.
     *
     * @param why empty to release it
     * @return false when there is no such mail
     */
    boolean hold(QueueId id, Optional<String> why) throws IOException {
        HoldMeta hold;
        index.lock.lock();
        try {
            if (index.mails.find(id.number()) == MailTable.NONE) {
                return false;
            }
            hold = new HoldMeta(id.number(), index.holdRevision(id.number()) + 1, why);
            // at once, so that it is not handed out while this is being written
            index.heldInMemory(hold);
        } finally {
            index.lock.unlock();
        }
        parts.write(List.of(
                LogEntry.of(hold.record(), (segment, offset, length) -> index.held(hold, segment, offset, length))));
        return true;
    }
}
