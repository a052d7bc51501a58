package org.hikyaku.smtp.server;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.smtp.Reply;

/**
 * The bytes of one session. What we say is gathered and goes out in one piece when there is nothing left to read: so a group
 * of pipelined commands gets its replies in one packet (RFC 2920 section 3.2), and each exchange takes one read and one write.
 */
final class ServerChannel {
    /** Enough for a group of commands; small, since most sessions at one time are waiting. */
    private static final int IDLE = 2048;

    /** While content comes in; larger than most mails. */
    private static final int BUSY = 32 * 1024;

    /** What a line that is too long may cost before the session ends. */
    private static final Limit SKIPPED = new Limit("bytes without a line end", 64 * 1024);

    private static final int DRAINED = 256 * 1024;
    private static final Duration DRAIN_TIME = Duration.ofSeconds(1);

    private Connection connection;
    private final Duration patience;
    private byte[] in = new byte[IDLE];
    private int from;
    private int to;
    private byte[] out = new byte[512];
    private int filled;

    /** @param patience for the client to take our words */
    ServerChannel(Connection connection, Duration patience) {
        this.connection = connection;
        this.patience = patience;
    }

    Connection connection() {
        return connection;
    }

    /** Goes on over TLS. Nothing that came before may be left: it was not protected (RFC 3207 section 4.2). */
    void secured(Connection session) {
        if (from < to) {
            throw new IllegalStateException("bytes from before TLS");
        }
        connection = session;
    }

    /** Bytes that have come and that nobody has read yet. */
    int buffered() {
        return to - from;
    }

    // Reading

    /** How a line was. */
    enum LineState {
        GOOD,
        TOO_LONG,
        /** A CR or LF by itself: whoever counts these as line ends reads another conversation than we do. */
        BARE_END,
        /** A byte of zero. */
        NUL
    }

    private byte[] line = {};
    private int lineFrom;
    private int lineTo;

    /** The last line's bytes, without its end, as characters up to U+00FF. */
    String latin1() {
        return new String(line, lineFrom, lineTo - lineFrom, StandardCharsets.ISO_8859_1);
    }

    /** The last line's bytes. */
    byte[] bytes() {
        return Arrays.copyOfRange(line, lineFrom, lineTo);
    }

    /** True when the last line is ASCII. */
    boolean ascii() {
        for (int i = lineFrom; i < lineTo; i++) {
            if (line[i] < 0) {
                return false;
            }
        }
        return true;
    }

    /**
     * Reads the next line; its bytes are there until the next read.
     *
     * @throws EOFException when the client has hung up
     */
    LineState readLine(Limit limit, Deadline deadline) throws IOException {
        int scanned = from;
        while (true) {
            int end = indexOfLf(scanned);
            if (end >= 0) {
                line = in;
                lineFrom = from;
                lineTo = end;
                from = end + 1;
                return judged(limit);
            }
            scanned = to;
            if (to - from > limit.value() + 1) {
                skipLine(deadline);
                lineFrom = 0;
                lineTo = 0;
                return LineState.TOO_LONG;
            }
            int before = from;
            more(deadline);
            scanned -= before - from;
        }
    }

    private int indexOfLf(int start) {
        for (int i = start; i < to; i++) {
            if (in[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private LineState judged(Limit limit) {
        boolean crLf = lineTo > lineFrom && line[lineTo - 1] == '\r';
        if (crLf) {
            lineTo--;
        }
        boolean bare = !crLf;
        boolean nul = false;
        for (int i = lineFrom; i < lineTo; i++) {
            bare |= line[i] == '\r';
            nul |= line[i] == 0;
        }
        if (lineTo - lineFrom > limit.value()) {
            return LineState.TOO_LONG;
        }
        return bare ? LineState.BARE_END : nul ? LineState.NUL : LineState.GOOD;
    }

    private void skipLine(Deadline deadline) throws IOException {
        long skipped = 0;
        while (true) {
            int end = indexOfLf(from);
            if (end >= 0) {
                from = end + 1;
                return;
            }
            skipped += to - from;
            SKIPPED.check(skipped);
            from = to;
            more(deadline);
        }
    }

    /** Makes room for content that comes in bulk. */
    void expectContent() {
        if (in.length < BUSY) {
            byte[] larger = new byte[BUSY];
            System.arraycopy(in, from, larger, 0, to - from);
            to -= from;
            from = 0;
            in = larger;
        }
    }

    /** Waits for more bytes behind those that are buffered. What was said so far goes out first. */
    void more(Deadline deadline) throws IOException {
        flush();
        if (from == to) {
            from = 0;
            to = 0;
        } else if (to == in.length) {
            if (from > 0) {
                System.arraycopy(in, from, in, 0, to - from);
                to -= from;
                from = 0;
            } else {
                in = Arrays.copyOf(in, in.length * 2); // bounded by the limits of whoever reads
            }
        }
        connection.within(deadline);
        int got = connection.input().read(in, to, in.length - to);
        if (got < 0) {
            throw new EOFException("the client hung up");
        }
        to += got;
    }

    /**
     * Reads and forgets what is still under way, within bounds: a connection that is closed with unread bytes is reset, and the
     * client would not get our last words.
     */
    void drain() {
        try {
            Deadline deadline = Deadline.after(DRAIN_TIME);
            connection.within(deadline);
            int got = 0;
            for (int total = 0; got >= 0 && total < DRAINED && !deadline.passed(); total += got) {
                got = connection.input().read(in, 0, in.length);
            }
        } catch (IOException e) {
            // It has gone, or goes on without listening.
        }
    }

    /** The buffer, for bulk scanning between {@link #from} and {@link #to}. */
    byte[] buffer() {
        return in;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /** Everything before this place of the buffer has been read. */
    void readUpTo(int place) {
        from = place;
    }

    // Writing

    /** Says something, as soon as there is nothing more to read. */
    void say(byte[] words) {
        if (out.length - filled < words.length) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, filled + words.length));
        }
        System.arraycopy(words, 0, out, filled, words.length);
        filled += words.length;
    }

    void say(Reply reply) {
        say(Replies.bytes(reply));
    }

    /** Lets out what has been said. */
    void flush() throws IOException {
        if (filled > 0) {
            connection.within(Deadline.after(patience));
            OutputStream to = connection.output();
            int count = filled;
            filled = 0;
            to.write(out, 0, count);
            to.flush();
        }
    }
}
