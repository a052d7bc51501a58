package org.hikyaku.policy.service;

import org.hikyaku.net.poll.PollBuffer;

/** What one thread reads into and writes from, whichever connection's turn it is. */
final class SocketmapBuffers {
    private static final int READ = 1 << 16;

    /** At least one reply of the longest kind fits behind others. */
    private static final int WRITE = 1 << 18;

    final PollBuffer in = new PollBuffer(READ);

    /** What was left of the last request and what has come since. */
    final byte[] bytes = new byte[READ + (int) SocketmapSession.MAX_QUERY.value() + Netstring.FRAME];

    final RecentAnswers recent = new RecentAnswers();

    private final PollBuffer out = new PollBuffer(WRITE);
    private int filled;

    /** Adds a reply. */
    void add(byte[] reply) {
        out.put(filled, reply, 0, reply.length);
        filled += reply.length;
    }

    /** Whether one more reply of any length fits. */
    boolean room() {
        return WRITE - filled >= SocketmapReply.MAX_REPLY.value() + Netstring.FRAME;
    }

    PollBuffer out() {
        return out;
    }

    /** Bytes of replies. */
    int filled() {
        return filled;
    }

    void empty() {
        filled = 0;
    }
}
