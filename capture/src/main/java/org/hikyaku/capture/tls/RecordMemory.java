package org.hikyaku.capture.tls;

import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;

/**
 * What all connections together hold of records that have not come to their ends: 18 KB of each direction are little, and of a hundred
 * thousand connections that never go on more than any heap. Safe for several threads.
 */
final class RecordMemory {
    /** What every direction may hold, whatever the others do. */
    static final Limit OF_EACH = new Limit("bytes of a TLS record that is not whole that are always kept", 1 << 10);

    /** What directions may hold beyond that. */
    static final Limit OF_ALL = new Limit(
            "bytes of TLS records that are not whole kept at a time",
            Math.min(1 << 30, Runtime.getRuntime().maxMemory() >> 2));

    private final AtomicLong ofAll = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** Of one direction. One thread at a time. */
    final class Share {
        private long held;

        /** Whether so much may be held in all; then it counts. */
        boolean hold(long bytes) {
            long more = beyond(bytes) - beyond(held);
            if (more != 0 && ofAll.addAndGet(more) > OF_ALL.value() && more > 0) {
                ofAll.addAndGet(-more);
                return false;
            }
            held = bytes;
            return true;
        }

        /** A record was given up for want of room. */
        void gaveUp() {
            refused.incrementAndGet();
        }

        /** Whether others may soon want for what is held without need. */
        boolean scarce() {
            return ofAll.get() > OF_ALL.value() / 2;
        }
    }

    private static long beyond(long bytes) {
        return Math.max(0, bytes - OF_EACH.value());
    }

    Share share() {
        return new Share();
    }

    /** Records that were not kept. */
    long refused() {
        return refused.get();
    }
}
