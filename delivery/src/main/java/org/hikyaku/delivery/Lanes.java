package org.hikyaku.delivery;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;

/**
 * How many deliveries go on at the same time, in all and to each next host. A host begins with a few; each success at the
 * limit widens it by a fraction, so that as many successes as there are lanes make one more, and each failure to get
 * through takes one away (the idea is Postfix's). A host that hangs holds its own lanes and no others, and no more than
 * a few deliveries wait for it here: the others are sent back at once.
 */
final class Lanes {
    /** Destinations whose width is remembered; past it those that were quiet for longest are forgotten. */
    static final Limit REMEMBERED = new Limit("destinations whose concurrency is remembered", 50_000);

    /** Deliveries that wait for one host; further ones are sent back. */
    static final Limit WAITING = new Limit("deliveries that wait for one host", 200);

    private final DeliveryOptions.Concurrency options;
    private final Semaphore all;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Lane> lanes = new LinkedHashMap<>(16, 0.75f, true); // guarded by lock
    private boolean closed; // guarded by lock

    private final class Lane {
        private final Condition free = lock.newCondition();
        private double width = options.first();
        private int running;
        private int waiting;

        boolean full() {
            return running >= (int) width;
        }

        boolean quiet() {
            return running == 0 && waiting == 0;
        }
    }

    /** A place taken; to be given back once. */
    interface Place {
        /** @param throughToIt whether the destination answered; empty weighs nothing */
        void leave(Reached throughToIt);
    }

    /** What a delivery says about its destination. */
    enum Reached {
        YES,
        NO,
        NOT_TRIED
    }

    Lanes(DeliveryOptions.Concurrency options) {
        this.options = options;
        this.all = new Semaphore(options.all(), true);
    }

    /** Waits for a place; empty when too many wait already, or nobody is let in any more. */
    Optional<Place> enter(String host) throws InterruptedException {
        Optional<Lane> entered = enterLane(host);
        if (entered.isEmpty()) {
            return Optional.empty();
        }
        Lane lane = entered.get();
        try {
            all.acquire();
        } catch (InterruptedException e) {
            leaveLane(lane, Reached.NOT_TRIED);
            throw e;
        }
        return Optional.of(reached -> {
            all.release();
            leaveLane(lane, reached);
        });
    }

    /** Whether as many wait as could go on at the same time: more need not be brought now. */
    boolean full(String host) {
        lock.lock();
        try {
            Lane lane = lanes.get(host);
            return lane != null && lane.waiting >= (int) lane.width;
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more; those who wait are sent back. */
    void close() {
        lock.lock();
        try {
            closed = true;
            lanes.values().forEach(lane -> lane.free.signalAll());
        } finally {
            lock.unlock();
        }
    }

    /** How many more could begin at once. */
    int free(String host) {
        lock.lock();
        try {
            Lane lane = lanes.get(host);
            int own = lane == null ? options.first() : (int) lane.width - lane.running - lane.waiting;
            return Math.max(0, Math.min(own, all.availablePermits()));
        } finally {
            lock.unlock();
        }
    }

    /** How many may go on at the same time now. */
    int width(String host) {
        lock.lock();
        try {
            Lane lane = lanes.get(host);
            return lane == null ? options.first() : (int) lane.width;
        } finally {
            lock.unlock();
        }
    }

    private Optional<Lane> enterLane(String host) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Lane lane = lanes.computeIfAbsent(host, d -> new Lane());
            forget();
            if (closed || lane.full() && lane.waiting >= WAITING.value()) {
                return Optional.empty();
            }
            lane.waiting++;
            try {
                while (lane.full() && !closed) {
                    lane.free.await();
                }
            } finally {
                lane.waiting--;
            }
            if (closed) {
                return Optional.empty();
            }
            lane.running++;
            return Optional.of(lane);
        } finally {
            lock.unlock();
        }
    }

    private void leaveLane(Lane lane, Reached reached) {
        lock.lock();
        try {
            switch (reached) {
                case YES -> {
                    if (lane.full()) {
                        lane.width = Math.min(options.most(), lane.width + 1 / lane.width);
                    }
                }
                case NO -> lane.width = Math.max(1, lane.width - 1);
                case NOT_TRIED -> {
                    // says nothing about the destination
                }
            }
            lane.running--;
            lane.free.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void forget() {
        if (lanes.size() <= REMEMBERED.value()) {
            return;
        }
        var oldest = lanes.values().iterator();
        while (oldest.hasNext() && lanes.size() > REMEMBERED.value()) {
            if (!oldest.next().quiet()) {
                break;
            }
            oldest.remove();
        }
    }
}
