package org.hikyaku.relay.queue;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/** Buffers outside the heap for mails that are coming in, from which they are written without being copied again. */
final class ChunkPool {
    /** Bytes in a buffer: 16 KiB, which most mails do not fill. */
    static final int CHUNK = 16 << 10;

    private static final int SLAB = 64;

    private final long most;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();
    private long made;

    /** @param bytes of all buffers together */
    ChunkPool(long bytes) {
        most = bytes / CHUNK;
    }

    /** An empty buffer, unless all are in use. */
    Optional<ByteBuffer> take() {
        lock.lock();
        try {
            if (free.isEmpty() && made < most) {
                int count = (int) Math.min(SLAB, most - made);
                ByteBuffer slab = ByteBuffer.allocateDirect(count * CHUNK);
                for (int i = 0; i < count; i++) {
                    free.push(slab.slice(i * CHUNK, CHUNK));
                }
                made += count;
            }
            return free.isEmpty() ? Optional.empty() : Optional.of(free.pop().clear());
        } finally {
            lock.unlock();
        }
    }

    void give(ByteBuffer chunk) {
        lock.lock();
        try {
            free.push(chunk);
        } finally {
            lock.unlock();
        }
    }
}
