package org.hikyaku.capture.talk;

import java.util.Arrays;
import org.hikyaku.net.Limit;

/** Bytes of one side, cut into lines, or into runs of known length where the protocol says so. */
final class LineSplitter {
    /** RFC 5322 allows 1000; longer ones are handed on in pieces. */
    static final Limit LINE = new Limit("bytes in a line of a dialogue", 16 << 10);

    /** Takes what was cut. */
    interface Target {
        /**
         * A line.
         *
         * @param length without its end
         * @param ending bytes of its end: 2 for CR LF, 1 for LF alone, 0 when it was not there
         */
        void line(byte[] line, int length, int ending, long frame, long nanos);

        /**
         * Offers what begins with a line.
         *
         * @return bytes of whole lines that were taken, of which {@link #line} tells no more
         */
        int lines(byte[] d, int offset, int end);

        /** Part of a run of bytes that was announced by {@link LineSplitter#take}. */
        void raw(byte[] d, int offset, int length, boolean last, long frame, long nanos);
    }

    private final Target target;
    private byte[] buffer = new byte[0];
    private int have;
    private long raw;

    LineSplitter(Target target) {
        this.target = target;
    }

    /** The next so many bytes are no lines; {@link Long#MAX_VALUE} for all that follow. */
    void take(long bytes) {
        raw = bytes;
    }

    void data(byte[] d, int offset, int length, long frame, long nanos) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (raw > 0) {
                int n = (int) Math.min(raw, end - at);
                raw -= raw == Long.MAX_VALUE ? 0 : n;
                target.raw(d, at, n, raw == 0, frame, nanos);
                at += n;
                continue;
            }
            if (have == 0) {
                int taken = target.lines(d, at, end);
                if (taken > 0) {
                    at += taken;
                    continue;
                }
            }
            int newline = at;
            while (newline < end && d[newline] != '\n') {
                newline++;
            }
            append(d, at, newline - at);
            at = newline;
            if (newline < end) {
                at++;
                emit(true, frame, nanos);
            } else if (have >= LINE.value()) {
                emit(false, frame, nanos);
            }
        }
    }

    /** Bytes are missing: of a run, so many less are to come; a line that was begun ends here. */
    void missing(long bytes, long frame, long nanos) {
        end(frame, nanos);
        if (raw > 0 && raw != Long.MAX_VALUE) {
            raw -= Math.min(raw, bytes);
            target.raw(new byte[0], 0, 0, raw == 0, frame, nanos);
        }
    }

    private void emit(boolean whole, long frame, long nanos) {
        int length = have;
        have = 0;
        int ending = whole ? 1 : 0;
        if (whole && length > 0 && buffer[length - 1] == '\r') {
            length--;
            ending = 2;
        }
        target.line(buffer, length, ending, frame, nanos);
        if (buffer.length > 4096) {
            buffer = new byte[0];
        }
    }

    /** What is left without a line end. */
    void end(long frame, long nanos) {
        if (have > 0) {
            emit(false, frame, nanos);
        }
    }

    private void append(byte[] d, int at, int length) {
        if (have + length > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(have + length, Math.max(128, buffer.length * 2)));
        }
        System.arraycopy(d, at, buffer, have, length);
        have += length;
    }
}
