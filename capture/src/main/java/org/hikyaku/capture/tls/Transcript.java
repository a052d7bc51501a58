package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.List;

/** Handshake messages one after the other, as the peers hash them (RFC 8446 section 4.4.1); put together when somebody asks. */
final class Transcript {
    private final List<byte[]> messages = new ArrayList<>();
    private int size;

    void append(byte[] message) {
        messages.add(message);
        size += message.length;
    }

    int size() {
        return size;
    }

    /** What stood in it when it was so long: whole messages. */
    byte[] first(int length) {
        byte[] bytes = new byte[length];
        int at = 0;
        for (int i = 0; at < length; i++) {
            byte[] message = messages.get(i);
            System.arraycopy(message, 0, bytes, at, message.length);
            at += message.length;
        }
        return bytes;
    }
}
