package org.hikyaku.delivery;

import java.util.List;

/** Carries consignments. Safe for use by many threads. */
@FunctionalInterface
public interface Carrier {

    /**
     * Tries to deliver, once, to each MX host in turn, and blocks until it is known what became of each recipient. What
     * the network or another server does is a fate and never an exception.
     *
     * @return one result for each recipient, in the envelope's order; none at all when too many wait for the same next host
     *     already: nothing was tried, and it is to be brought again later
     * @throws InterruptedException when the thread is interrupted before the mail was handed over; nothing was delivered
     */
    List<RecipientResult> carry(Consignment consignment) throws InterruptedException;
}
