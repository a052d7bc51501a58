package org.hikyaku.capture.tls;

import java.util.Arrays;

/** Handshake messages one after the other, as the peers hash them (RFC 8446 section 4.4.1). */
final class Transcript {
    private byte[] bytes = new byte[1024];
    private int size;

    void append(byte[] message) {
        if (size + message.length > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + message.length));
        }
        System.arraycopy(message, 0, bytes, size, message.length);
        size += message.length;
    }

    int size() {
        return size;
    }

    /** What stood in it when it was so long. */
    byte[] first(int length) {
        return Arrays.copyOf(bytes, length);
    }
}
