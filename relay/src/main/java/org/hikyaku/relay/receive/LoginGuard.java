package org.hikyaku.relay.receive;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;

/**
 * Counts failed logins of an address (of 64 bits of an IPv6 network): each makes the next answer slower, and after some no more
 * are tried until time has passed. Who logs in well begins anew. Safe for use by many threads.
 */
final class LoginGuard {
    /** Failures of one address before it has to wait. */
    static final Limit FAILURES = new Limit("failed logins from one address", 10);

    /** How long a failure counts. */
    static final Duration MEMORY = Duration.ofMinutes(10);

    /** Addresses remembered; with more, those whose last failure is longest ago are forgotten. */
    static final Limit ADDRESSES = new Limit("addresses with failed logins", 100_000);

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private record Failures(int failures, Instant last) {}

    private final InstantSource clock;

    /** Guards the map. */
    private final ReentrantLock lock = new ReentrantLock();

    /** The one that failed last is last. */
    private final Map<ByteBuffer, Failures> records = new LinkedHashMap<>(16, 0.75f, true);

    LoginGuard(InstantSource clock) {
        this.clock = clock;
    }

    /** True when the address may not try now. */
    boolean bars(InetAddress address) {
        lock.lock();
        try {
            return failures(key(address)) >= FAILURES.value();
        } finally {
            lock.unlock();
        }
    }

    private int failures(ByteBuffer key) {
        Failures record = records.get(key);
        if (record == null) {
            return 0;
        }
        if (record.last().plus(MEMORY).isBefore(clock.instant())) {
            records.remove(key);
            return 0;
        }
        return record.failures();
    }

    /** A login failed; how long the answer waits. */
    Duration failed(InetAddress address) {
        lock.lock();
        try {
            ByteBuffer key = key(address);
            int failures = failures(key) + 1;
            records.put(key, new Failures(failures, clock.instant()));
            if (records.size() > ADDRESSES.value()) {
                records.remove(records.keySet().iterator().next());
            }
            Duration pause = FIRST_PAUSE.multipliedBy(failures);
            return pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
        } finally {
            lock.unlock();
        }
    }

    void succeeded(InetAddress address) {
        lock.lock();
        try {
            records.remove(key(address));
        } finally {
            lock.unlock();
        }
    }

    private static ByteBuffer key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
