package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Takes mails out of the queue, and remembers of each that goes whether that is on disk: whoever settles or removes a mail that is just
 * going must not be told that it is gone before it is.
 */
final class Removals {
    private final LogParts parts;
    private final QueueIndex index;
    private final Consumer<QueueId> orphan;
    /** Mails whose end is not on disk yet. Guarded by the index's lock. */
    private final Map<Long, Removal> open = new HashMap<>();

    /** @param orphan is told of mails that are gone and had a body file */
    Removals(LogParts parts, Consumer<QueueId> orphan) {
        this.parts = parts;
        this.index = parts.index();
        this.orphan = orphan;
    }

    /** A mail that goes. */
    private static final class Removal {
        private final GoneMeta gone;
        private final CountDownLatch tried = new CountDownLatch(1);
        /** Guarded by the index's lock. */
        private boolean body;

        private volatile Optional<IOException> failure = Optional.empty();

        Removal(GoneMeta gone) {
            this.gone = gone;
        }

        /** Until the first try to write it came to an end. An interrupt does not end the wait, and is not lost. */
        void await(Duration longest) throws IOException {
            long end = System.nanoTime() + longest.toNanos();
            boolean interrupted = false;
            boolean done = false;
            while (!done && System.nanoTime() < end) {
                try {
                    done = tried.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            if (failure.isPresent() || !done) {
                throw new IOException(
                        "that mail " + new QueueId(gone.id()) + " is gone could not be written yet: "
                                + failure.map(IOException::getMessage).orElse("another thread still tries"),
                        failure.orElse(null));
            }
        }
    }

    /**
     * Removes a mail.
     *
     * @return false when there is no such mail, or no longer
     * @throws IOException when that could not be written, by this thread or by another one before; it is tried again
     */
    boolean remove(QueueId id) throws IOException {
        Removal removal;
        boolean mine = false;
        index.lock.lock();
        try {
            Removal under = open.get(id.number());
            if (under == null) {
                Optional<GoneMeta> gone = index.leaving(id.number());
                if (gone.isEmpty()) {
                    return false;
                }
                under = new Removal(gone.get());
                open.put(id.number(), under);
                mine = true;
            }
            removal = under;
        } finally {
            index.lock.unlock();
        }
        if (mine) {
            write(removal);
        } else {
            removal.await(parts.options().patience());
        }
        return mine;
    }

    /** Waits for the end of a mail that another thread is just writing; at once when there is none. */
    void await(QueueId id) throws IOException {
        Optional<Removal> under;
        index.lock.lock();
        try {
            under = Optional.ofNullable(open.get(id.number()));
        } finally {
            index.lock.unlock();
        }
        if (under.isPresent()) {
            under.get().await(parts.options().patience());
        }
    }

    private void write(Removal removal) throws IOException {
        try {
            parts.write(List.of(entry(removal)));
        } catch (IOException e) {
            removal.failure = Optional.of(e);
            index.lock.lock();
            try {
                // nobody gets it any more; its content stays, for after a crash the mail is there again
                removal.body |= index.forget(removal.gone.id());
            } finally {
                index.lock.unlock();
            }
            throw e;
        } finally {
            removal.tried.countDown();
        }
    }

    private LogEntry entry(Removal removal) {
        GoneMeta gone = removal.gone;
        return LogEntry.of(gone.record(), (segment, _, _) -> {
            if (index.forget(gone.id()) || removal.body) {
                orphan.accept(new QueueId(gone.id()));
            }
            index.buried(gone, segment);
            open.remove(gone.id());
        });
    }

    /** Those that could not be written, to be written once more. */
    List<LogEntry> unwritten() {
        List<LogEntry> entries = new ArrayList<>();
        index.lock.lock();
        try {
            for (Removal removal : open.values()) {
                if (removal.failure.isPresent()) {
                    entries.add(entry(removal));
                }
            }
        } finally {
            index.lock.unlock();
        }
        return entries;
    }
}
