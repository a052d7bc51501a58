package org.hikyaku.policy.service;

import java.nio.ByteBuffer;

/** What one thread reads into and writes from, whichever connection's turn it is. */
final class SocketmapBuffers {
    private static final int READ = 1 << 16;

    /** At least one reply of the longest kind fits behind others. */
    private static final int WRITE = 1 << 18;

    final ByteBuffer in = ByteBuffer.allocateDirect(READ);
    final ByteBuffer out = ByteBuffer.allocateDirect(WRITE);

    /** What was left of the last request and what has come since. */
    final byte[] bytes = new byte[READ + (int) SocketmapSession.MAX_QUERY.value() + Netstring.FRAME];

    /** Whether one more reply of any length fits. */
    boolean room() {
        return out.remaining() >= SocketmapReply.MAX_REPLY.value() + Netstring.FRAME;
    }
}
