package org.hikyaku.capture.tls;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The 32 bytes by which key logs name a session, as a key of maps. */
record ClientRandom(long a, long b, long c, long d) {
    static final int LENGTH = 32;

    /** @param bytes 32 of them */
    static ClientRandom of(byte[] bytes) {
        ByteBuffer in = ByteBuffer.wrap(bytes, 0, LENGTH);
        return new ClientRandom(in.getLong(), in.getLong(), in.getLong(), in.getLong());
    }

    /** Random bytes are a hash already. */
    @Override
    public int hashCode() {
        return (int) (a ^ b >>> 32);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ClientRandom r && r.a == a && r.b == b && r.c == c && r.d == d;
    }
}
