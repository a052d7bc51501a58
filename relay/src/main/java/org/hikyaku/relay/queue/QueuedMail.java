package org.hikyaku.relay.queue;

import java.util.List;
import java.util.Optional;

/**
 * A mail in the queue, as it is at this moment.
 *
 * @param recipients all of the envelope, in its order
 * @param size bytes of its content
 * @param held why it is not to be delivered for now; empty when it is
 */
public record QueuedMail(
        QueueId id, QueuedEnvelope envelope, List<QueuedRecipient> recipients, long size, Optional<String> held) {
    public QueuedMail {
        recipients = List.copyOf(recipients);
    }
}
