package org.hikyaku.smtp;

import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/** Puts the bytes of a mail on the wire behind DATA: a line that begins with a dot gets another (RFC 5321 section 4.5.2). */
final class ContentWriter {
    private static final int BLOCK = 1 << 15;

    private static final byte[] DOT = {'.'};
    private static final byte[] LINE_END = {'\r', '\n'};
    private static final byte[] END = {'.', '\r', '\n'};

    private final SmtpChannel channel;
    private final Duration perBlock;
    private byte[] out = {};
    private int filled;

    ContentWriter(SmtpChannel channel, Duration perBlock) {
        this.channel = channel;
        this.perBlock = perBlock;
    }

    /** The content, a line end when its last line has none, and the lone dot. */
    void write(MailContent content) throws IOException {
        byte[] buffer = new byte[Math.clamp(content.size(), 1, BLOCK)];
        // with room for a few dots and the end; a mail with more of them goes in two pieces
        out = new byte[Math.min(BLOCK, buffer.length + 64)];
        boolean lineStart = true;
        try (InputStream in = content.open()) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                lineStart = stuffed(buffer, n, lineStart);
            }
        }
        if (!lineStart) {
            put(LINE_END, 0, LINE_END.length);
        }
        put(END, 0, END.length);
        flush();
        channel.flush();
    }

    /** Copies in runs that end before a dot at the beginning of a line. */
    private boolean stuffed(byte[] bytes, int length, boolean lineStart) throws IOException {
        boolean start = lineStart;
        int from = 0;
        for (int i = 0; i < length; i++) {
            byte b = bytes[i];
            if (start && b == '.') {
                put(bytes, from, i - from);
                put(DOT, 0, 1);
                from = i;
            }
            start = b == '\n';
        }
        put(bytes, from, length - from);
        return start;
    }

    private void put(byte[] bytes, int offset, int length) throws IOException {
        int from = offset;
        int left = length;
        while (left > 0) {
            if (filled == out.length) {
                flush();
            }
            int n = Math.min(left, out.length - filled);
            System.arraycopy(bytes, from, out, filled, n);
            filled += n;
            from += n;
            left -= n;
        }
    }

    private void flush() throws IOException {
        channel.bytes(out, 0, filled, perBlock);
        filled = 0;
    }
}
