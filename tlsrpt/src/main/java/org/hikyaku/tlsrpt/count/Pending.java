package org.hikyaku.tlsrpt.count;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.hikyaku.net.Limit;
import org.hikyaku.tlsrpt.Failure;
import org.hikyaku.tlsrpt.FailureCount;

/** Sessions added up in memory and not yet written; bounded. Not for use by several threads. */
final class Pending {
    /** While the store cannot be reached; some hundred megabytes at the most. */
    static final Limit MAX_KEYS = new Limit("domains and policies waiting to be written", 100_000);

    /** Of all keys together. */
    static final Limit MAX_FAILURES = new Limit("kinds of failure waiting to be written", 200_000);

    /** Sums of one key. */
    static final class Sums {
        long successful;
        long failed;
        final Map<Failure, Long> failures = new LinkedHashMap<>();
    }

    /** Written at most once, however often it is tried. */
    final String id = UUID.randomUUID().toString();

    private final Map<CountKey, Sums> sums = new HashMap<>();
    private int distinct;
    private long lost;

    void add(SessionCount count) {
        Sums of = sums.get(CountKey.of(count));
        if (of == null) {
            if (sums.size() >= MAX_KEYS.value()) {
                lost += count.result().successful() + count.result().failed();
                return;
            }
            of = new Sums();
            sums.put(CountKey.of(count), of);
        }
        of.successful += count.result().successful();
        of.failed += count.result().failed();
        for (FailureCount failure : count.result().failures()) {
            Failure kind = Others.bounded(failure.failure());
            if (!of.failures.containsKey(kind)
                    && (of.failures.size() >= Others.MAX_DISTINCT.value() || distinct >= MAX_FAILURES.value())) {
                kind = Others.of(kind);
            }
            if (of.failures.merge(kind, failure.sessions(), Long::sum) == failure.sessions()) {
                distinct++;
            }
        }
    }

    boolean isEmpty() {
        return sums.isEmpty();
    }

    Map<CountKey, Sums> sums() {
        return sums;
    }

    /** Sessions that found no room. */
    long lost() {
        return lost;
    }
}
