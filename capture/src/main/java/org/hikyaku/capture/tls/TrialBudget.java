package org.hikyaku.capture.tls;

import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;

/**
 * How much may be tried under other numbers or keys, behind holes: so much for nothing, and then in proportion to what was opened, or
 * else a small capture whose sequence numbers lie costs minutes. In one connection, and in all together. Safe for several threads.
 */
final class TrialBudget {
    static final Limit OF_ONE = new Limit("bytes tried to find the way again in one TLS connection", 4 << 20);

    static final Limit OF_ALL = new Limit("bytes tried to find the way again in all TLS connections", 256 << 20);

    /** Bytes that may be tried for each that was opened. */
    private static final int FOR_EACH_OPENED = 16;

    /** What a trial costs beside the record's own bytes, as if they were bytes. */
    private static final int EACH = 512;

    /** What a look at a record's end costs, likewise. */
    private static final int LOOK = 64;

    private final AtomicLong leftOfAll = new AtomicLong(OF_ALL.value());
    private final AtomicLong refused = new AtomicLong();

    /** Of one connection. */
    final class Share {
        private long left = OF_ONE.value();

        /** Records were opened. */
        void earn(long bytes) {
            left += FOR_EACH_OPENED * bytes;
            leftOfAll.addAndGet(FOR_EACH_OPENED * bytes);
        }

        /** Whether a record of this length may be tried once more. */
        boolean allows(int length) {
            return allowsBytes(EACH + length);
        }

        /** Whether one more record may be looked at. */
        boolean allowsLook() {
            return allowsBytes(LOOK);
        }

        private boolean allowsBytes(int cost) {
            if (left >= cost && leftOfAll.get() >= cost) {
                left -= cost;
                leftOfAll.addAndGet(-cost);
                return true;
            }
            return false;
        }

        /** A search ended because nothing more was allowed. */
        void gaveUp() {
            refused.incrementAndGet();
        }
    }

    Share share() {
        return new Share();
    }

    /** Searches that were given up. */
    long refused() {
        return refused.get();
    }
}
