package org.hikyaku.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.hikyaku.policy.DeliveryPlan;

/**
 * Open sessions between two mails. One is taken up again only for the same address under an equal plan (D26): what was
 * shown for one domain is nothing to another.
 */
final class SessionPool implements Closeable {

    /** Whose session it is. */
    record Key(InetSocketAddress address, DeliveryPlan plan, Optional<NextHop> hop) {}

    private final DeliveryOptions.Kept options;
    private final LongSupplier nanoClock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Deque<OpenSession>> kept = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock
    private int count; // guarded by lock
    private boolean closed; // guarded by lock

    SessionPool(DeliveryOptions.Kept options, LongSupplier nanoClock) {
        this.options = options;
        this.nanoClock = nanoClock;
    }

    /** Whether there is one; it may be gone the next moment. */
    boolean has(Key key) {
        lock.lock();
        try {
            return kept.containsKey(key);
        } finally {
            lock.unlock();
        }
    }

    /** The one that was used last. */
    Optional<OpenSession> take(Key key) {
        List<OpenSession> stale = new ArrayList<>();
        lock.lock();
        try {
            Deque<OpenSession> sessions = kept.get(key);
            while (sessions != null && !sessions.isEmpty()) {
                OpenSession session = sessions.removeLast();
                count--;
                if (sessions.isEmpty()) {
                    kept.remove(key);
                }
                if (fresh(session)) {
                    return Optional.of(session);
                }
                stale.add(session);
            }
            return Optional.empty();
        } finally {
            lock.unlock();
            stale.forEach(OpenSession::leave);
        }
    }

    /** Keeps it for the next mail, or says goodbye. */
    void give(Key key, OpenSession session) {
        List<OpenSession> leaving = new ArrayList<>();
        session.idleSince(nanoClock.getAsLong());
        lock.lock();
        try {
            if (closed || options.most() == 0 || session.mails() >= options.mails() || !fresh(session)) {
                leaving.add(session);
            } else {
                kept.computeIfAbsent(key, k -> new ArrayDeque<>(2)).addLast(session);
                count++;
                while (count > options.most()) {
                    leaving.add(eldest());
                }
            }
        } finally {
            lock.unlock();
        }
        leaving.forEach(OpenSession::leave);
    }

    /** Lets go of those that nobody has taken up in time. */
    void sweep() {
        List<OpenSession> stale = new ArrayList<>();
        lock.lock();
        try {
            kept.values().removeIf(sessions -> {
                sessions.removeIf(s -> {
                    boolean old = !fresh(s);
                    if (old) {
                        stale.add(s);
                    }
                    return old;
                });
                return sessions.isEmpty();
            });
            count -= stale.size();
        } finally {
            lock.unlock();
        }
        stale.forEach(OpenSession::leave);
    }

    int size() {
        lock.lock();
        try {
            return count;
        } finally {
            lock.unlock();
        }
    }

    private OpenSession eldest() {
        Key key = kept.keySet().iterator().next();
        Deque<OpenSession> sessions = kept.get(key);
        if (sessions == null) {
            throw new IllegalStateException("a key of the map has a value");
        }
        OpenSession session = sessions.removeFirst();
        if (sessions.isEmpty()) {
            kept.remove(key);
        }
        count--;
        return session;
    }

    private boolean fresh(OpenSession session) {
        long now = nanoClock.getAsLong();
        return within(now - session.idleSince(), options.idle()) && within(now - session.opened(), options.age());
    }

    private static boolean within(long nanos, Duration most) {
        return nanos <= most.toNanos();
    }

    @Override
    public void close() throws IOException {
        List<OpenSession> all = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            kept.values().forEach(all::addAll);
            kept.clear();
            count = 0;
        } finally {
            lock.unlock();
        }
        all.forEach(OpenSession::leave);
    }
}
