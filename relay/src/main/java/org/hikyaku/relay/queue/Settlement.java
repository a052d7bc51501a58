package org.hikyaku.relay.queue;

import java.time.Duration;

/** What became of one recipient. */
public sealed interface Settlement {

    /** Which recipient: the index in the envelope's list. */
    int recipient();

    /** The next server has it, or the mailbox. */
    record Delivered(int recipient) implements Settlement {}

    /** Given up. Commit the notice to the sender first: a crash between the two then sends it twice and never not at all. */
    record Failed(int recipient, Reason reason) implements Settlement {}

    /**
     * To be tried again.
     *
     * @param after how long from now; a duration, so that a jump of the clock neither skips nor prolongs the wait
     */
    record Deferred(int recipient, Duration after, Reason reason) implements Settlement {}

    /** The sender was told that it takes longer. Neither time nor attempts change. */
    record DelayTold(int recipient) implements Settlement {}
}
