package org.hikyaku.capture.tls;

import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;

/**
 * How often records may be tried under another number or key, behind holes: in one connection, and in all together, or else
 * a capture of many damaged connections costs hours. Safe for several threads.
 */
final class TrialBudget {
    /** One trial costs some microseconds. */
    static final Limit OF_ONE = new Limit("trials to find the way again in one TLS connection", 400_000);

    static final Limit OF_ALL = new Limit("trials to find the way again in all TLS connections", 4_000_000);

    private final AtomicLong all = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    /** @param ofOne trials that this connection has had */
    boolean allows(long ofOne) {
        if (ofOne < OF_ONE.value() && all.get() < OF_ALL.value()) {
            all.incrementAndGet();
            return true;
        }
        refused.incrementAndGet();
        return false;
    }

    /** Searches that were given up. */
    long refused() {
        return refused.get();
    }
}
