package org.hikyaku.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Puts the bytes of a mail on the wire behind DATA: a line that begins with a dot gets another (RFC 5321 section 4.5.2). */
final class ContentWriter {
    private static final int BLOCK = 1 << 15;

    private final SmtpChannel channel;
    private final Duration perBlock;
    private final byte[] out = new byte[BLOCK];
    private int filled;

    ContentWriter(SmtpChannel channel, Duration perBlock) {
        this.channel = channel;
        this.perBlock = perBlock;
    }

    /** The content, a line end when its last line has none, and the lone dot. */
    void write(MailContent content) throws IOException {
        byte[] buffer = new byte[BLOCK];
        boolean lineStart = true;
        try (InputStream in = content.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    byte b = buffer[i];
                    if (lineStart && b == '.') {
                        put((byte) '.');
                    }
                    put(b);
                    lineStart = b == '\n';
                }
            }
        }
        if (!lineStart) {
            put((byte) '\r');
            put((byte) '\n');
        }
        for (byte b : new byte[] {'.', '\r', '\n'}) {
            put(b);
        }
        flush();
        channel.flush();
    }

    private void put(byte b) throws IOException {
        if (filled == BLOCK) {
            flush();
        }
        out[filled++] = b;
    }

    private void flush() throws IOException {
        channel.bytes(out, 0, filled, perBlock);
        filled = 0;
    }
}
