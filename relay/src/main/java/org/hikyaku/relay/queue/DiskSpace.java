package org.hikyaku.relay.queue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/** Refuses mail before the disk is full. Asks the system now and then only, and counts what is written in between. */
final class DiskSpace {
    private static final long FRESH = TimeUnit.MILLISECONDS.toNanos(100);

    private final QueueFiles files;
    private final long reserve;
    private final LongSupplier nanos;
    private long askedAt;
    private boolean asked;
    private long left;

    DiskSpace(QueueFiles files, long reserve, LongSupplier nanos) {
        this.files = files;
        this.reserve = reserve;
        this.nanos = nanos;
    }

    /** Takes note that so many bytes are going to be written. */
    synchronized void claim(long bytes) throws IOException {
        if (left(bytes) <= 0) {
            throw new QueueFullException("the disk of the queue is full: fewer than the " + (reserve >> 20)
                    + " MiB are left that are kept free for the mail that is there already");
        }
    }

    private long left(long bytes) throws IOException {
        long now = nanos.getAsLong();
        if (!asked || now - askedAt >= FRESH || left <= bytes) {
            left = files.usable() - reserve;
            askedAt = now;
            asked = true;
        }
        left -= bytes;
        return left;
    }

    /** Bytes that mail may still take. */
    synchronized long usable() throws IOException {
        return Math.max(0, left(0));
    }
}
