package org.hikyaku.relay.schedule;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Destinations that were passed over because their next host has enough to do. They take turns when one of its deliveries
 * ends, and are looked at again every second besides, for their host may have become another one meanwhile.
 */
final class WaitingRoom {
    /** Two for one that ended: one that has no mail any more does not keep the others waiting. */
    private static final int AT_ONCE = 2;

    private final Scheduler.Carriers carriers;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, SequencedSet<String>> byHop = new HashMap<>(); // guarded by lock

    WaitingRoom(Scheduler.Carriers carriers) {
        this.carriers = carriers;
    }

    /** How many parcels may be out to the destination; asked under the queue's lock. */
    int room(String destination) {
        String domain = name(destination);
        if (!carriers.full(domain)) {
            return carriers.room(domain);
        }
        lock.lock();
        try {
            byHop.computeIfAbsent(carriers.hop(domain), _ -> new LinkedHashSet<>())
                    .add(destination);
        } finally {
            lock.unlock();
        }
        return 0;
    }

    /** Whose turn it is when a delivery to this destination has ended. */
    List<String> next(String destination) {
        String hop = carriers.hop(name(destination));
        lock.lock();
        try {
            SequencedSet<String> waiting = byHop.get(hop);
            if (waiting == null) {
                return List.of();
            }
            List<String> next = poll(waiting);
            if (waiting.isEmpty()) {
                byHop.remove(hop);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Whose turn it is because their host has room, whether a delivery has ended or not. */
    List<String> look() {
        List<String> next = new ArrayList<>();
        lock.lock();
        try {
            for (Iterator<SequencedSet<String>> each = byHop.values().iterator(); each.hasNext(); ) {
                SequencedSet<String> waiting = each.next();
                if (!carriers.full(name(waiting.getFirst()))) {
                    next.addAll(poll(waiting));
                }
                if (waiting.isEmpty()) {
                    each.remove();
                }
            }
        } finally {
            lock.unlock();
        }
        return next;
    }

    private static List<String> poll(SequencedSet<String> waiting) {
        List<String> some = new ArrayList<>(AT_ONCE);
        while (some.size() < AT_ONCE && !waiting.isEmpty()) {
            some.add(waiting.removeFirst());
        }
        return some;
    }

    /** As carriers know it. */
    private static String name(String destination) {
        return destination.chars().allMatch(c -> c < 0x80)
                ? destination
                : Destinations.ascii(destination).orElse(destination);
    }
}
