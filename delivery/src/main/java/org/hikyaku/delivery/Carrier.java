package org.hikyaku.delivery;

/** Carries consignments. Safe for use by many threads. */
@FunctionalInterface
public interface Carrier {

    /**
     * Tries to deliver, once, to each MX host in turn, and blocks until it is known what became of each recipient. What
     * the network or another server does is a fate and never an exception.
     *
     * @throws InterruptedException when the thread is interrupted before the mail was handed over; nothing was delivered
     */
    Carried carry(Consignment consignment) throws InterruptedException;
}
