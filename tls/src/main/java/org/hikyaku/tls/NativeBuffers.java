package org.hikyaku.tls;

import io.netty.internal.tcnative.Buffer;
import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Memory outside the heap through which bytes pass on their way to and from native code, for a moment each: shared, for a session of
 * its own would keep 40 KB while it waits. Safe for use by many threads.
 */
final class NativeBuffers {
    /** What one record holds (RFC 8446 section 5.1). */
    static final int CLEAR = 16 * 1024;

    /** A record with everything that TLS may add (RFC 5246 section 6.2.3), and what the library has to say of itself before it. */
    static final int RECORDS = CLEAR + 2048 + 5 + 8 * 1024;

    /** As many as are computing at one time on a large machine; others are made for the moment. */
    private static final int KEPT = 64;

    private final BlockingQueue<Scratch> free = new ArrayBlockingQueue<>(KEPT);

    /** Memory for one call. */
    static final class Scratch {
        final ByteBuffer clear = ByteBuffer.allocateDirect(CLEAR);
        final ByteBuffer records = ByteBuffer.allocateDirect(RECORDS);
        final long clearAddress = Buffer.address(clear);
        final long recordsAddress = Buffer.address(records);
    }

    Scratch take() {
        Scratch kept = free.poll();
        return kept == null ? new Scratch() : kept;
    }

    void give(Scratch scratch) {
        var _ = free.offer(scratch);
    }
}
