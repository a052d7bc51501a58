package org.hikyaku.relay.queue;

import java.util.Optional;

/**
 * How far one recipient is.
 *
 * @param since milliseconds of the wall clock when the wait began
 * @param delay milliseconds it was to last
 */
record RecipientState(
        QueuedRecipient.Standing standing,
        int attempts,
        boolean delayTold,
        long since,
        long delay,
        Optional<Reason> reason) {

    /** Nothing was tried yet. */
    static final RecipientState FRESH =
            new RecipientState(QueuedRecipient.Standing.WAITING, 0, false, 0, 0, Optional.empty());

    boolean waits() {
        return standing == QueuedRecipient.Standing.WAITING;
    }

    /** What is left of the wait. When the clock was set back it is not longer than it was at first. */
    static long remaining(long since, long delay, long now) {
        return Math.clamp(since + delay - now, 0, delay);
    }

    long remaining(long now) {
        return remaining(since, delay, now);
    }

    RecipientState dueNow() {
        return new RecipientState(standing, attempts, delayTold, 0, 0, reason);
    }

    RecipientState after(Settlement settlement, long now) {
        return switch (settlement) {
            case Settlement.Delivered _ ->
                new RecipientState(QueuedRecipient.Standing.DELIVERED, attempts, delayTold, 0, 0, reason);
            case Settlement.Failed failed ->
                new RecipientState(
                        QueuedRecipient.Standing.FAILED, attempts + 1, delayTold, 0, 0, Optional.of(failed.reason()));
            case Settlement.Deferred deferred ->
                new RecipientState(
                        QueuedRecipient.Standing.WAITING,
                        attempts + 1,
                        delayTold,
                        now,
                        Math.max(0, deferred.after().toMillis()),
                        Optional.of(deferred.reason()));
            case Settlement.DelayTold _ -> new RecipientState(standing, attempts, true, since, delay, reason);
        };
    }
}
