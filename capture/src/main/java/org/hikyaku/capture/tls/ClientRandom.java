package org.hikyaku.capture.tls;

/** The 32 bytes by which key logs name a session. */
final class ClientRandom {
    static final int LENGTH = 32;

    private ClientRandom() {}

    /** Eight bytes of it. By hand: a VarHandle is slow until the JVM's second compiler has seen it. */
    static long at(byte[] random, int at) {
        return (long) i32(random, at) << 32 | i32(random, at + 4) & 0xffff_ffffL;
    }

    private static int i32(byte[] d, int at) {
        return d[at] << 24 | (d[at + 1] & 0xff) << 16 | (d[at + 2] & 0xff) << 8 | d[at + 3] & 0xff;
    }
}
