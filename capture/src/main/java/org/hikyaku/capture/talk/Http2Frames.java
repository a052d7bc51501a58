package org.hikyaku.capture.talk;

import java.util.Arrays;
import org.hikyaku.net.Limit;

/** One direction of HTTP/2 cut into frames (RFC 9113 section 4.1). */
final class Http2Frames {
    /** Peers allow 16 KB unless they say otherwise. */
    static final Limit FRAME = new Limit("bytes in one HTTP/2 frame", 1 << 20);

    static final int HEADER = 9;
    private static final byte[] PREFACE = {
        'P', 'R', 'I', ' ', '*', ' ', 'H', 'T', 'T', 'P', '/', '2', '.', '0', '\r', '\n', '\r', '\n', 'S', 'M', '\r',
        '\n', '\r', '\n'
    };

    /** Takes frames. */
    interface Target {
        /** A frame; the window holds only during the call. */
        void frame(int type, int flags, int stream, byte[] d, int offset, int length);

        /** A frame that is longer than what is kept, or of which bytes are missing. */
        void unread(int type, int flags, int stream, long length);

        /** From here on frames cannot be told apart. */
        void lost();
    }

    private final Target target;
    private byte[] buffer = new byte[256];
    private int have;
    private int preface;
    private long skip;
    private boolean lost;

    /** @param preface bytes of the client's connection preface (section 3.4) that are still to come, up to 24 */
    Http2Frames(Target target, int preface) {
        this.target = target;
        this.preface = preface;
    }

    /** Whether bytes look like the settings with which a server begins. */
    static boolean settings(byte[] d, int offset, int length) {
        if (length < HEADER) {
            return false;
        }
        int size = length(d, offset);
        return d[offset + 3] == 4
                && (d[offset + 4] & 0xfe) == 0
                && size % 6 == 0
                && size <= 6 * 32
                && stream(d, offset) == 0;
    }

    /** Whether bytes begin with the client's connection preface. */
    static boolean preface(byte[] d, int offset, int length) {
        return length >= PREFACE.length
                && Arrays.equals(d, offset, offset + PREFACE.length, PREFACE, 0, PREFACE.length);
    }

    private static int length(byte[] d, int at) {
        return (d[at] & 0xff) << 16 | (d[at + 1] & 0xff) << 8 | d[at + 2] & 0xff;
    }

    private static int stream(byte[] d, int at) {
        return (d[at + 5] & 0x7f) << 24 | (d[at + 6] & 0xff) << 16 | (d[at + 7] & 0xff) << 8 | d[at + 8] & 0xff;
    }

    void data(byte[] d, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end && !lost) {
            if (preface > 0) {
                if (d[at] != PREFACE[PREFACE.length - preface]) {
                    lose();
                    return;
                }
                preface--;
                at++;
            } else if (skip > 0) {
                int n = (int) Math.min(skip, end - at);
                skip -= n;
                at += n;
            } else if (have == 0 && end - at >= HEADER && end - at >= HEADER + length(d, at)) {
                int size = length(d, at);
                target.frame(d[at + 3], d[at + 4], stream(d, at), d, at + HEADER, size);
                at += HEADER + size;
            } else {
                at += collect(d, at, end);
            }
        }
    }

    /** A frame that comes in pieces. */
    private int collect(byte[] d, int at, int end) {
        int wanted = have < HEADER ? HEADER : HEADER + length(buffer, 0);
        int n = Math.min(wanted - have, end - at);
        if (have + n > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(have + n, Math.min(wanted, buffer.length * 4)));
        }
        System.arraycopy(d, at, buffer, have, n);
        have += n;
        if (have == HEADER && length(buffer, 0) > FRAME.value()) {
            skip = length(buffer, 0);
            have = 0;
            target.unread(buffer[3], buffer[4], stream(buffer, 0), skip);
        } else if (have >= HEADER && have == HEADER + length(buffer, 0)) {
            int size = have - HEADER;
            have = 0;
            target.frame(buffer[3], buffer[4], stream(buffer, 0), buffer, HEADER, size);
            if (buffer.length > 1 << 16) {
                buffer = new byte[256];
            }
        }
        return n;
    }

    /** Bytes are missing: within one frame only that frame is lost. */
    void missing(long bytes) {
        if (lost) {
            return;
        }
        if (skip >= bytes) {
            skip -= bytes;
        } else if (skip == 0 && preface == 0 && have >= HEADER && HEADER + length(buffer, 0) - have >= bytes) {
            int size = length(buffer, 0);
            skip = HEADER + size - have - bytes;
            have = 0;
            target.unread(buffer[3], buffer[4], stream(buffer, 0), size);
        } else {
            lose();
        }
    }

    private void lose() {
        lost = true;
        target.lost();
    }
}
