package org.hikyaku.tls.wire;

import java.util.random.RandomGenerator;

/** Values that clients sprinkle in so that servers keep ignoring what they do not know (RFC 8701). */
public final class Grease {

    private Grease() {}

    /** True for the sixteen reserved 16-bit values 0x0A0A, 0x1A1A, …, 0xFAFA. */
    public static boolean isGrease(int value) {
        return (value & 0x0f0f) == 0x0a0a && value >>> 8 == (value & 0xff);
    }

    /** True for the eight reserved values of PskKeyExchangeMode: 0x0B, 0x2A, 0x49, … (RFC 8701 section 2). */
    public static boolean isGreaseByte(int value) {
        return value % 0x1f == 0x0b && value <= 0xe4;
    }

    /** One of the sixteen values. */
    public static int any(RandomGenerator random) {
        return 0x0a0a + 0x1010 * random.nextInt(16);
    }
}
