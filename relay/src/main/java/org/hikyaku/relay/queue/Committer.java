package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.slf4j.Logger;

/**
 * Group commit: one thread takes all that wait to be written, writes and forces it at once, tells the index, and wakes them. While it
 * does, the next ones gather.
 */
final class Committer {
    /** Nanoseconds to wait for more: 0.2 ms. */
    private static final long MOMENT = 200_000;

    /** Bytes that are written in one go. */
    private static final long MOST_AT_ONCE = 16 << 20;

    /** Bytes; with fewer left a disk is full. */
    private static final long FULL = 1 << 20;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final Segments segments;
    private final QueueFiles files;
    private final long segmentSize;
    private final ReentrantLock indexLock;
    private final Runnable sealed;
    private final Logger log;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private List<Commit> gathering = new ArrayList<>();
    private boolean closing;
    /** How many are worth waiting for a moment. */
    private int wanted;

    // of the committing thread alone
    private final CRC32C sum = new CRC32C();
    private ByteBuffer[] buffers = new ByteBuffer[256];
    private Optional<Segment> active = Optional.empty();
    private final Thread thread;

    /** @param sealed called when a segment was sealed */
    Committer(
            Segments segments,
            QueueFiles files,
            long segmentSize,
            ReentrantLock indexLock,
            Runnable sealed,
            Logger log) {
        this.segments = segments;
        this.files = files;
        this.segmentSize = segmentSize;
        this.indexLock = indexLock;
        this.sealed = sealed;
        this.log = log;
        this.thread = Thread.ofPlatform().name("queue-commit").daemon().unstarted(this::run);
    }

    /**
     * Begins a segment and starts the thread.
     *
     * @throws IOException when the folder cannot be written
     */
    void start() throws IOException {
        try {
            active = Optional.of(segments.create());
        } catch (IOException e) {
            if (files.usable() >= FULL) {
                throw e;
            }
            // a full disk must not keep what is there from being delivered
            log.error("the disk of the queue is full: {}", e.getMessage());
        }
        thread.start();
    }

    /** Has it written; it is to be waited for with {@link Commit#await}. */
    void submit(Commit commit) throws IOException {
        lock.lock();
        try {
            if (closing) {
                throw new IOException("the queue is closed");
            }
            gathering.add(commit);
            if (gathering.size() == 1 || gathering.size() == wanted) {
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes what has gathered, and ends. */
    void close() {
        lock.lock();
        try {
            closing = true;
            work.signal();
        } finally {
            lock.unlock();
        }
        Uninterrupted.join(thread);
        active.ifPresent(this::seal);
    }

    private void run() {
        List<Commit> batch = new ArrayList<>();
        while (true) {
            batch.clear();
            lock.lock();
            try {
                while (gathering.isEmpty() && !closing) {
                    work.awaitUninterruptibly();
                }
                if (gathering.isEmpty()) {
                    return;
                }
                gatherMore();
                List<Commit> taken = gathering;
                wanted = taken.size() - taken.size() / 4;
                gathering = batch;
                batch = taken;
            } finally {
                lock.unlock();
            }
            for (int from = 0; from < batch.size(); ) {
                int to = from;
                long bytes = 0;
                while (to < batch.size() && bytes < MOST_AT_ONCE) {
                    for (LogEntry entry : batch.get(to++).entries) {
                        bytes += entry.length();
                    }
                }
                write(batch.subList(from, to), bytes);
                from = to;
            }
        }
    }

    /**
     * Those who were just woken come again in a moment, when they have more: with as many as last time the disk has one long write to do
     * instead of a short and a long one.
     */
    private void gatherMore() {
        long left = MOMENT;
        while (gathering.size() < wanted && left > 0 && !closing) {
            try {
                left = work.awaitNanos(left);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(List<Commit> batch, long bytes) {
        try {
            Segment segment = room(bytes);
            int count = gather(batch, segment.head.salt());
            if (batch.stream().anyMatch(commit -> commit.newFile)) {
                files.force();
            }
            try {
                segment.file.append(buffers, count);
            } catch (IOException e) {
                giveUp(segment, e);
                throw e;
            }
            apply(batch, segment);
        } catch (IOException e) {
            fail(batch, e);
        } catch (RuntimeException | OutOfMemoryError e) {
            log.error("the thread that writes the queue met with a fault", e);
            active.ifPresent(segment -> giveUp(segment, new IOException(e)));
            fail(batch, new IOException("a fault of the program: " + e, e));
        } finally {
            Arrays.fill(buffers, NOTHING);
        }
    }

    private static void fail(List<Commit> batch, IOException why) {
        for (Commit commit : batch) {
            commit.failed(why);
        }
    }

    private Segment room(long bytes) throws IOException {
        if (active.isPresent()
                && active.get().length + bytes > segmentSize
                && active.get().length > SegmentHead.BYTES) {
            seal(active.get());
            active = Optional.empty();
        }
        if (active.isEmpty()) {
            active = Optional.of(segments.create());
        }
        return active.get();
    }

    private void seal(Segment segment) {
        segment.sealed = true;
        sealed.run();
    }

    private int gather(List<Commit> batch, long salt) {
        int count = 0;
        for (Commit commit : batch) {
            for (LogEntry entry : commit.entries) {
                LogRecord.stamp(entry.head(), salt, sum);
                if (buffers.length < count + 1 + entry.content().length) {
                    buffers = Arrays.copyOf(buffers, 2 * (count + 1 + entry.content().length));
                }
                buffers[count++] = entry.head().rewind();
                for (ByteBuffer chunk : entry.content()) {
                    buffers[count++] = chunk;
                }
            }
        }
        return count;
    }

    /**
     * What a failed write left behind is cut off, for those who asked for it were refused; and nothing is written to this file again,
     * for after a failed sync nobody knows what is on disk.
     */
    private void giveUp(Segment segment, IOException why) {
        log.error("the queue could not write to segment {}: {}", segment.number(), why.getMessage());
        active = Optional.empty();
        try {
            segment.file.truncate(segment.length);
        } catch (IOException e) {
            log.warn(
                    "segment {} of the queue could not be cut back to {} bytes ({}): after a restart mail that was"
                            + " refused may be there all the same",
                    segment.number(),
                    segment.length,
                    e.getMessage());
        }
        seal(segment);
    }

    private void apply(List<Commit> batch, Segment segment) {
        indexLock.lock();
        try {
            long at = segment.length;
            for (Commit commit : batch) {
                for (LogEntry entry : commit.entries) {
                    entry.then().at(segment, (int) at, entry.length());
                    at += entry.length();
                }
            }
            segment.length = at;
        } finally {
            indexLock.unlock();
        }
        for (Commit commit : batch) {
            commit.done();
        }
    }
}
