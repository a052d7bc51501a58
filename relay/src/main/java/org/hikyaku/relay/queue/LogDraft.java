package org.hikyaku.relay.queue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.hikyaku.smtp.ContentScanner;

/** A mail on its way into the log. Content up to {@link #IN_MEMORY} bytes goes into its record, more into a body file. */
final class LogDraft implements Draft {
    /** Bytes of content that are kept in memory until the commit: 128 KiB, fewer when all drafts together have too much there. */
    static final int IN_MEMORY = 8 * ChunkPool.CHUNK;

    /** What a draft needs of its queue. */
    interface Home {
        ChunkPool pool();

        QueueFiles files();

        DiskSpace space();

        /** Writes the record and waits for it; the release is told in any case. */
        void commit(ByteBuffer head, ByteBuffer[] content, MailMeta meta, Commit.Release release) throws IOException;

        /** The draft is done with. */
        void closed();

        /** It cannot be deleted now: let it be done later. */
        void orphan(QueueId id);
    }

    private final QueueId id;
    private final Home home;
    private final List<ByteBuffer> chunks = new ArrayList<>(1);
    private final ContentScanner scanner = new ContentScanner();
    private final OutputStream content = new Content();
    private Optional<BodyFile> body = Optional.empty();
    private long size;
    private boolean ended;

    LogDraft(QueueId id, Home home) {
        this.id = id;
        this.home = home;
    }

    @Override
    public QueueId id() {
        return id;
    }

    @Override
    public OutputStream content() {
        return content;
    }

    private final class Content extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, bytes.length);
            if (ended) {
                throw new IOException("the mail " + id + " takes no more content");
            }
            int from = offset;
            int left = length;
            while (left > 0) {
                int count = put(bytes, from, left);
                scanner.update(bytes, from, count);
                from += count;
                left -= count;
                size += count;
            }
        }
    }

    /** Takes some of these bytes, at least one. */
    private int put(byte[] bytes, int offset, int length) throws IOException {
        if (body.isEmpty()) {
            if ((chunks.isEmpty() || !chunks.getLast().hasRemaining()) && !another()) {
                spill();
                return put(bytes, offset, length);
            }
        } else if (chunks.isEmpty()) {
            int count = Math.min(length, BodyFile.MOST_BLOCK);
            home.space().claim(count);
            body.get().write(ByteBuffer.wrap(bytes, offset, count));
            return count;
        } else if (!chunks.getLast().hasRemaining()) {
            flush(chunks.getLast());
        }
        ByteBuffer chunk = chunks.getLast();
        int count = Math.min(length, chunk.remaining());
        chunk.put(bytes, offset, count);
        return count;
    }

    private boolean another() {
        Optional<ByteBuffer> chunk =
                chunks.size() * ChunkPool.CHUNK < IN_MEMORY ? home.pool().take() : Optional.empty();
        chunk.ifPresent(chunks::add);
        return chunk.isPresent();
    }

    /** From now on the content goes to disk as it comes. */
    private void spill() throws IOException {
        home.space().claim(size);
        BodyFile file = BodyFile.create(home.files(), id);
        body = Optional.of(file);
        for (ByteBuffer chunk : chunks) {
            file.write(chunk.flip());
            chunk.clear();
        }
        while (chunks.size() > 1) {
            home.pool().give(chunks.removeLast());
        }
    }

    private void flush(ByteBuffer chunk) throws IOException {
        home.space().claim(chunk.position());
        body.orElseThrow().write(chunk.flip());
        chunk.clear();
    }

    @Override
    public QueueId commit(QueuedEnvelope envelope) throws IOException {
        if (ended) {
            throw new IOException("the mail " + id + " was committed or closed before");
        }
        ended = true;
        try {
            if (body.isPresent()) {
                commitBody(body.get(), envelope);
            } else {
                commitInline(envelope);
            }
        } finally {
            home.closed();
        }
        return id;
    }

    private void commitInline(QueuedEnvelope envelope) throws IOException {
        CRC32C sum = new CRC32C();
        ByteBuffer[] content = new ByteBuffer[chunks.size()];
        for (int i = 0; i < content.length; i++) {
            content[i] = chunks.get(i).flip();
            sum.update(content[i].duplicate());
        }
        MailMeta meta = MailMeta.of(id, envelope, size, false);
        ByteBuffer head = meta.record(envelope, scanner.done(), (int) size, (int) sum.getValue());
        home.commit(head, content, meta, _ -> chunks.forEach(home.pool()::give));
    }

    private void commitBody(BodyFile file, QueuedEnvelope envelope) throws IOException {
        boolean handedOver = false;
        try {
            if (!chunks.isEmpty() && chunks.getLast().position() > 0) {
                flush(chunks.getLast());
            }
            file.force();
            file.close();
            MailMeta meta = MailMeta.of(id, envelope, size, true);
            ByteBuffer head = meta.record(envelope, scanner.done(), 0, 0);
            handedOver = true;
            home.commit(head, new ByteBuffer[0], meta, written -> {
                if (!written) {
                    home.orphan(id);
                }
            });
        } finally {
            chunks.forEach(home.pool()::give);
            if (!handedOver) {
                discard(file);
            }
        }
    }

    private void discard(BodyFile file) {
        try {
            file.close();
        } catch (IOException _) {
            // what counts is that it is deleted
        }
        home.orphan(id);
    }

    @Override
    public void close() {
        if (!ended) {
            ended = true;
            chunks.forEach(home.pool()::give);
            body.ifPresent(this::discard);
            home.closed();
        }
    }
}
