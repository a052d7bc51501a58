package org.hikyaku.capture.tls;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** The 32 bytes by which key logs name a session, as a key of maps. */
record ClientRandom(long a, long b, long c, long d) {
    static final int LENGTH = 32;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** @param bytes 32 of them */
    static ClientRandom of(byte[] bytes) {
        return new ClientRandom((long) LONG.get(bytes, 0), (long) LONG.get(bytes, 8), (long) LONG.get(bytes, 16), (long)
                LONG.get(bytes, 24));
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
