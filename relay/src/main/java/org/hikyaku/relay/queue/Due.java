package org.hikyaku.relay.queue;

import java.time.Duration;
import java.util.Optional;

/**
 * Hands out parcels when their time has come. Destinations take turns, so that one with many mails does not keep the others
 * waiting; and a destination that has as many parcels out as it may have is passed over until one comes back.
 */
public interface Due {

    /** How many parcels of a destination may be out at the same time. */
    @FunctionalInterface
    interface Room {
        /** At least 0; asked often and under a lock: answer from memory. */
        int parcels(String destination);
    }

    /**
     * The next parcel; for any number of threads.
     *
     * @param wait how long to wait for one
     * @return empty when none became due meanwhile, or the queue was closed
     */
    Optional<Parcel> take(Duration wait) throws InterruptedException;

    /** The room of this destination has grown: look at it again. */
    void reconsider(String destination);
}
