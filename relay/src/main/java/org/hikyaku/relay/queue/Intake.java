package org.hikyaku.relay.queue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.hikyaku.net.Limit;

/** Takes mails in, as long as there is room for them. */
final class Intake implements LogDraft.Home {
    private final LogParts parts;
    private final QueueIndex index;
    private final DiskSpace space;
    private final AtomicLong lastId;
    private final Consumer<QueueId> orphan;
    private final ChunkPool pool;
    private final AtomicInteger drafts = new AtomicInteger();

    /**
     * Made once for a queue.
     *
     * @param lastId the highest id given so far
     * @param orphan is told of body files that belong to no mail
     */
    Intake(LogParts parts, DiskSpace space, AtomicLong lastId, Consumer<QueueId> orphan) {
        this.parts = parts;
        this.index = parts.index();
        this.space = space;
        this.lastId = lastId;
        this.orphan = orphan;
        this.pool = new ChunkPool(parts.options().draftMemory());
    }

    /** Begins a mail. */
    Draft open() throws IOException {
        Limit most = parts.options().drafts();
        space.claim(0);
        if (drafts.incrementAndGet() > most.value()) {
            drafts.decrementAndGet();
            throw full(most);
        }
        int mails;
        index.lock.lock();
        try {
            mails = index.mails.count();
        } finally {
            index.lock.unlock();
        }
        if (mails >= parts.options().mails().value()) {
            drafts.decrementAndGet();
            throw full(parts.options().mails());
        }
        // by the clock, so that it says when; and never twice, whatever the clock does
        long micros = TimeUnit.MILLISECONDS.toMicros(parts.clock().millis());
        return new LogDraft(new QueueId(lastId.updateAndGet(last -> Math.max(last + 1, micros))), this);
    }

    private static QueueFullException full(Limit limit) {
        return new QueueFullException("the limit of " + limit.value() + " " + limit.name() + " is reached");
    }

    /** How many are coming in. */
    int drafts() {
        return drafts.get();
    }

    @Override
    public ChunkPool pool() {
        return pool;
    }

    @Override
    public QueueFiles files() {
        return parts.files();
    }

    @Override
    public DiskSpace space() {
        return space;
    }

    @Override
    public void commit(ByteBuffer head, ByteBuffer[] content, MailMeta meta, Commit.Release release)
            throws IOException {
        int length = head.limit();
        for (ByteBuffer chunk : content) {
            length += chunk.remaining();
        }
        LogEntry entry = new LogEntry(
                head, content, length, (segment, offset, size) -> index.added(meta, segment, offset, size));
        Commit commit = new Commit(List.of(entry), meta.inBody(), release);
        try {
            if (head.limit() - LogRecord.HEAD > LogRecord.MOST_META) {
                throw new IOException(
                        "the envelope has more than the " + LogRecord.MOST_META + " bytes that the queue keeps of one");
            }
            space.claim(length);
            parts.committer().submit(commit);
        } catch (IOException e) {
            release.after(false);
            throw e;
        }
        commit.await(parts.options().patience());
    }

    @Override
    public void closed() {
        drafts.decrementAndGet();
    }

    @Override
    public void orphan(QueueId id) {
        orphan.accept(id);
    }
}
