package org.hikyaku.tls.wire;

import java.security.MessageDigest;

/**
 * HMAC (RFC 2104) for many short messages under ever new keys, as key schedules need it: it keeps its digest and its buffers,
 * and another key costs no more than two paddings. A {@code javax.crypto.Mac} makes itself anew for each key and after each
 * message, which in a session of TLS 1.3 costs more than the hashing. One thread at a time.
 */
final class Hmac {
    private static final byte INNER = 0x36;
    private static final byte OUTER = 0x5c;

    /** Longer than any label with its context, and than a transcript's hash. */
    private static final int ROOM = 512;

    private final MessageDigest digest;
    private final int block;

    /** The key's inner padding, and behind it room for a message. */
    private final byte[] inner;

    /** The key's outer padding, and behind it room for the inner digest: native code is called as rarely as can be. */
    private final byte[] outer;

    /** @param digest MD5, SHA-1, SHA-256, SHA-384 or SHA-512 */
    Hmac(String digest) {
        this.digest = Digests.digest(digest);
        this.block = switch (digest) {
            case "MD5", "SHA-1", "SHA-256" -> 64;
            case "SHA-384", "SHA-512" -> 128;
            default -> throw new IllegalArgumentException("no HMAC is known here over " + digest);
        };
        this.inner = new byte[block + ROOM];
        this.outer = new byte[block + this.digest.getDigestLength()];
        key(new byte[0]);
    }

    /** Bytes. */
    int length() {
        return digest.getDigestLength();
    }

    /** Takes another key. */
    Hmac key(byte[] key) {
        byte[] bytes = key.length > block ? digest.digest(key) : key;
        int n = bytes.length;
        for (int i = 0; i < n; i++) {
            inner[i] = (byte) (bytes[i] ^ INNER);
            outer[i] = (byte) (bytes[i] ^ OUTER);
        }
        for (int i = n; i < block; i++) {
            inner[i] = INNER;
            outer[i] = OUTER;
        }
        return this;
    }

    byte[] of(byte[] message) {
        return of(message, message.length);
    }

    /** Of the first bytes of an array. */
    byte[] of(byte[] message, int length) {
        if (length <= ROOM) {
            System.arraycopy(message, 0, inner, block, length);
            digest.update(inner, 0, block + length);
        } else {
            digest.update(inner, 0, block);
            digest.update(message, 0, length);
        }
        byte[] within = digest.digest();
        System.arraycopy(within, 0, outer, block, within.length);
        return digest.digest(outer);
    }
}
