package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;

/** Does beside the others what need not be done at once: digests, deleting what is of no use any more, compaction. */
final class Keeper {
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(500);

    /** Bytes of a record that a mail is gone, roughly. */
    private static final long TOMBSTONE = 48;

    private final QueueFiles files;
    private final Segments segments;
    private final QueueIndex index;
    private final Digests digests;
    private final Compaction compaction;
    private final Runnable retry;
    private final Logger log;
    /** Milliseconds that a segment is left alone after it was sealed: most of what is needed of it still may go by itself. */
    private final long rest;

    private final ConcurrentLinkedQueue<QueueId> orphans = new ConcurrentLinkedQueue<>();
    private final Map<Segment, Long> sealedAt = new HashMap<>();
    private final Set<Segment> unreadable = new HashSet<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private boolean woken;
    private boolean closing;
    private final Thread thread =
            Thread.ofPlatform().name("queue-keeper").daemon().unstarted(this::run);

    /** @param retry tries to write again what could not be written */
    Keeper(
            QueueFiles files,
            Segments segments,
            QueueIndex index,
            Digests digests,
            Compaction compaction,
            Duration rest,
            Runnable retry,
            Logger log) {
        this.files = files;
        this.segments = segments;
        this.index = index;
        this.digests = digests;
        this.compaction = compaction;
        this.rest = rest.toMillis();
        this.retry = retry;
        this.log = log;
    }

    void start() {
        thread.start();
    }

    /** A body file that belongs to no mail. */
    void orphan(QueueId id) {
        orphans.add(id);
    }

    void wake() {
        lock.lock();
        try {
            woken = true;
            work.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Ends; what is under way is finished. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        Uninterrupted.join(thread);
    }

    private boolean pause() {
        lock.lock();
        try {
            long left = TICK;
            while (!closing && !woken && left > 0) {
                try {
                    left = work.awaitNanos(left);
                } catch (InterruptedException e) {
                    closing = true;
                }
            }
            woken = false;
            return !closing;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        while (pause()) {
            try {
                retry.run();
                tidy();
            } catch (IOException e) {
                log.warn("the queue's folder could not be tidied up, it is tried again: {}", e.getMessage());
            } catch (RuntimeException e) {
                log.error("the queue's folder could not be tidied up", e);
            }
        }
    }

    /** One round; also called when the queue closes. */
    void tidy() throws IOException {
        deleteOrphans();
        deleteDead();
        for (Segment segment : segments.list()) {
            if (segment.sealed && !segment.digested && !unreadable.contains(segment)) {
                digest(segment);
            }
        }
        Optional<Segment> candidate = candidate();
        if (candidate.isPresent()) {
            compact(candidate.get());
            deleteDead();
        }
    }

    private void digest(Segment segment) throws IOException {
        try {
            digests.make(segment);
        } catch (DamagedRecordException e) {
            unreadable.add(segment);
            log.error("segment {} of the queue cannot be read: {}", segment.number(), e.getMessage());
        }
    }

    private void deleteOrphans() throws IOException {
        for (QueueId id = orphans.peek(); id != null; id = orphans.peek()) {
            files.delete(BodyFile.name(id));
            orphans.remove();
        }
    }

    private void deleteDead() throws IOException {
        List<Segment> dead = new ArrayList<>();
        index.lock.lock();
        try {
            for (Segment segment : segments.list()) {
                if (segment.sealed && segment.dead()) {
                    dead.add(segment);
                }
            }
        } finally {
            index.lock.unlock();
        }
        if (!dead.isEmpty()) {
            segments.delete(dead);
            index.lock.lock();
            try {
                index.deleted(dead);
            } finally {
                index.lock.unlock();
            }
            dead.forEach(sealedAt::remove);
            dead.forEach(unreadable::remove);
            // those that only remembered mails of the deleted ones may be of no use now
            wake();
        }
    }

    private Optional<Segment> candidate() {
        long now = index.now();
        index.lock.lock();
        try {
            return segments.list().stream()
                    .filter(segment -> segment.sealed && !segment.dead() && !unreadable.contains(segment))
                    .filter(segment -> now - sealedAt.computeIfAbsent(segment, _ -> now) >= rest || segment.superseded)
                    .filter(segment -> segment.superseded || 2 * needed(segment) < segment.length)
                    .min(Comparator.comparing((Segment segment) -> !segment.superseded)
                            .thenComparingDouble(segment -> (double) needed(segment) / segment.length));
        } finally {
            index.lock.unlock();
        }
    }

    private static long needed(Segment segment) {
        long tombstones = 0;
        for (int count : segment.tombstones.values()) {
            tombstones += count;
        }
        return segment.live + tombstones * TOMBSTONE;
    }

    private void compact(Segment segment) throws IOException {
        try {
            compaction.run(segment);
            sealedAt.put(segment, Long.MAX_VALUE);
        } catch (DamagedRecordException e) {
            unreadable.add(segment);
            log.error("segment {} of the queue stays as it is: {}", segment.number(), e.getMessage());
        }
    }
}
