package org.hikyaku.tlsrpt.count;

import java.io.IOException;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.tlsrpt.store.Database;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in a database. What comes in is added up in memory and written once a second in one transaction, so that a
 * thousand sessions a second cost one commit. A write that fails is tried again, the same one, and counts once even when
 * the first try went through and only its answer was lost.
 */
public final class StoredCounts implements SessionCounts {
    private static final Logger LOG = LoggerFactory.getLogger(StoredCounts.class);
    private static final long WRITE_EVERY_MILLIS = 1_000;

    private final CountTables tables;

    /** Guards {@code pending}, {@code closed}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Condition changed = lock.newCondition();

    /** Held while writing: one batch after the other. */
    private final ReentrantLock writing = new ReentrantLock();

    private final Thread writer;
    private Pending pending = new Pending();
    private Pending unwritten = new Pending();
    private boolean closed;

    /** @param database where to; not closed with this */
    public StoredCounts(Database database) {
        this.tables = new CountTables(database);
        this.writer = Thread.ofVirtual().name("tlsrpt-counts").start(this::writeNowAndThen);
    }

    @Override
    public void add(SessionCount count) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("counting has ended");
            }
            boolean first = pending.isEmpty();
            pending.add(count);
            if (first) {
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void writeNowAndThen() {
        boolean troubled = false;
        while (awaitWork()) {
            try {
                flush();
                if (troubled) {
                    LOG.info("sessions are counted into {} again", tables.shown());
                }
                troubled = false;
            } catch (IOException e) {
                if (!troubled) {
                    LOG.warn("counted sessions wait in memory: {}", e.getMessage());
                }
                troubled = true;
            }
        }
    }

    /** Returns a second after there is something to write; false when counting has ended. */
    private boolean awaitWork() {
        lock.lock();
        try {
            while (!closed && pending.isEmpty() && unwritten.isEmpty()) {
                changed.await();
            }
            long left = TimeUnit.MILLISECONDS.toNanos(WRITE_EVERY_MILLIS);
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void flush() throws IOException {
        writing.lock();
        try {
            while (take()) {
                Pending batch = unwritten;
                tables.write(batch);
                if (batch.lost() > 0) {
                    LOG.warn(
                            "{} sessions were not counted: more than {} {}",
                            batch.lost(),
                            Pending.MAX_KEYS.value(),
                            Pending.MAX_KEYS.name());
                }
                settle();
            }
        } finally {
            writing.unlock();
        }
    }

    /** Whether there is a batch to write: the one that failed before, else what has come since. */
    private boolean take() {
        lock.lock();
        try {
            if (unwritten.isEmpty()) {
                unwritten = pending;
                pending = new Pending();
            }
            return !unwritten.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    private void settle() {
        lock.lock();
        try {
            unwritten = new Pending();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Set<LocalDate> days() throws IOException {
        return tables.days();
    }

    @Override
    public List<SessionCount> sums(LocalDate day) throws IOException {
        return tables.sums(day);
    }

    @Override
    public void forgetBefore(LocalDate day) throws IOException {
        tables.forgetBefore(day);
    }

    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        flush();
    }
}
