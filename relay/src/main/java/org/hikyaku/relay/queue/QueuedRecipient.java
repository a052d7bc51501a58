package org.hikyaku.relay.queue;

import java.time.Instant;
import java.util.Optional;
import org.hikyaku.smtp.Envelope;

/**
 * One recipient of a queued mail.
 *
 * @param index in the envelope's list
 * @param destination its domain in lower case: the recipients of a mail with the same one travel together
 * @param attempts how many came to nothing
 * @param due when the next attempt is; empty unless it waits
 * @param reason of the last attempt that came to nothing
 * @param delayTold whether the sender was told that it takes longer
 */
public record QueuedRecipient(
        int index,
        Envelope.Recipient recipient,
        String destination,
        Standing standing,
        int attempts,
        Optional<Instant> due,
        Optional<Reason> reason,
        boolean delayTold) {

    /** How far it is. */
    public enum Standing {
        WAITING,
        DELIVERED,
        FAILED
    }

    /** Whether there is still something to do for it. */
    public boolean waits() {
        return standing == Standing.WAITING;
    }
}
