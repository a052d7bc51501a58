package org.hikyaku.capture.tls;

import java.nio.ByteBuffer;

/** The 32 bytes by which key logs name a session, as a key of maps. */
record ClientRandom(long a, long b, long c, long d) {
    static final int LENGTH = 32;

    /** @param bytes 32 of them */
    static ClientRandom of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, LENGTH);
        return new ClientRandom(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }
}
