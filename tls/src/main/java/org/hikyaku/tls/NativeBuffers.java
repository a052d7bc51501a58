package org.hikyaku.tls;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.conscrypt.AllocatedBuffer;
import org.conscrypt.BufferAllocator;

/**
 * Memory outside the heap through which records pass on their way to native code, for a moment each: shared, for a session of its
 * own would keep 17 KB while it waits. Safe for use by many threads.
 */
final class NativeBuffers extends BufferAllocator {
    /** A whole record with everything that TLS may add (RFC 5246 section 6.2.3). */
    private static final int SIZE = 16 * 1024 + 2048 + 5;

    /** As many as are computing at one time on a large machine; others are made for the moment. */
    private static final int KEPT = 64;

    private final BlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(KEPT);

    @Override
    public AllocatedBuffer allocateDirectBuffer(int capacity) {
        ByteBuffer kept = capacity > SIZE ? null : free.poll();
        return new Lent(kept == null ? ByteBuffer.allocateDirect(Math.max(SIZE, capacity)) : kept);
    }

    private final class Lent extends AllocatedBuffer {
        private final ByteBuffer buffer;

        Lent(ByteBuffer buffer) {
            this.buffer = buffer.clear();
        }

        @Override
        public ByteBuffer nioBuffer() {
            return buffer;
        }

        @Override
        @Deprecated
        public AllocatedBuffer retain() {
            return this;
        }

        @Override
        public AllocatedBuffer release() {
            if (buffer.capacity() == SIZE) {
                var _ = free.offer(buffer);
            }
            return this;
        }
    }
}
