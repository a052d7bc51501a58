package org.hikyaku.smtp.server;

import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.smtp.Reply;

/**
 * Reads the content of one mail: behind DATA up to the line with a lone dot, or in chunks. Lines end with CR LF and with nothing
 * else. What is wrong is noted and the rest is read all the same, up to the one true end, so that client and server stay in
 * step and nothing of a refused mail is taken for a command.
 *
 * <p>The bytes are looked at where the network put them and handed on in runs as long as possible: a mail that came in one
 * piece goes to its file in one piece, unless a doubled dot divides it.
 */
final class ContentReader {
    private static final long NANOS = 1_000_000_000L;

    private enum State {
        LINE_START,
        TEXT,
        /** Behind a CR. */
        CR,
        /** Behind a dot that began a line. */
        DOT,
        /** Behind a dot and a CR: an LF makes it the end. */
        DOT_CR
    }

    private final ServerChannel channel;
    private final ServerLimits limits;
    private final ServerTimes times;
    private final LongSupplier nanoClock;

    private State state = State.LINE_START;
    private Optional<Reply> fault = Optional.empty();
    private Optional<IOException> sinkFault = Optional.empty();
    private long total;
    private long lineBegin;
    private int high;
    private boolean strayEnds;
    private long spent;

    /** @param nanoClock a monotonic clock in nanoseconds */
    ContentReader(ServerChannel channel, ServerLimits limits, ServerTimes times, LongSupplier nanoClock) {
        this.channel = channel;
        this.limits = limits;
        this.times = times;
        this.nanoClock = nanoClock;
    }

    /** What is wrong with the content so far. */
    Optional<Reply> fault() {
        return fault;
    }

    /** Why the content could not be kept. */
    Optional<IOException> sinkFault() {
        return sinkFault;
    }

    /** True when there is a CR or LF by itself. */
    boolean strayEnds() {
        return strayEnds;
    }

    /** Bytes so far, without doubled dots and the end. */
    long total() {
        return total;
    }

    /** True when a byte above 127 was among them. */
    boolean eightBit() {
        return (high & 0x80) != 0;
    }

    /** Reads what follows DATA, up to and with the lone dot (RFC 5321 section 4.1.1.4). */
    void data(OutputStream sink) throws IOException {
        channel.expectContent();
        long began = nanoClock.getAsLong();
        state = State.LINE_START;
        while (!dataInBuffer(sink)) {
            channel.more(deadline(began));
        }
    }

    /**
     * Goes through what is buffered.
     *
     * @return true at the end of the mail
     */
    private boolean dataInBuffer(OutputStream sink) {
        byte[] in = channel.buffer();
        int to = channel.to();
        int i = channel.from();
        int run = i; // where the bytes begin that have not been handed on
        while (i < to) {
            switch (state) {
                case LINE_START -> {
                    if (in[i] == '.') {
                        hand(sink, in, run, i);
                        i++;
                        run = i;
                        state = State.DOT;
                    } else {
                        state = State.TEXT;
                    }
                }
                case DOT -> {
                    if (in[i] == '\r') {
                        i++; // handed on with what follows, unless the mail ends here
                        state = State.DOT_CR;
                    } else {
                        state = State.TEXT;
                    }
                }
                case DOT_CR -> {
                    if (in[i] == '\n') {
                        channel.readUpTo(i + 1);
                        return true;
                    }
                    bareCr();
                    state = State.TEXT;
                }
                case CR -> i = behindCr(in, i);
                case TEXT -> i = text(in, i, to, run);
            }
        }
        // The CR behind a lone dot belongs to the end, unless no LF follows: then the mail is refused anyway.
        hand(sink, in, run, state == State.DOT_CR ? to - 1 : to);
        channel.readUpTo(to);
        return false;
    }

    /** The byte behind a CR. */
    private int behindCr(byte[] in, int i) {
        if (in[i] == '\n') {
            state = State.LINE_START;
            return i + 1;
        }
        bareCr();
        state = State.TEXT;
        return i;
    }

    /** Over the text of a line, up to its end or the buffer's. */
    private int text(byte[] in, int start, int to, int run) {
        int i = start;
        int seen = high;
        while (i < to) {
            byte b = in[i];
            // One comparison for nearly every byte: what is not above CR is a control character or above 127.
            if (b <= '\r') {
                if (b == '\r') {
                    break;
                } else if (b == '\n') {
                    strayEnds = true;
                    wrong(
                            "5.5.2 a line of the mail ends with LF without CR; lines end with CR LF (RFC 5321 section 2.3.8)");
                } else if (b == 0) {
                    wrong("5.6.0 the mail has a byte of zero in it (RFC 5322 section 2.2)");
                } else {
                    seen |= b;
                }
            }
            i++;
        }
        high = seen;
        long length = total + (i - run) - lineBegin;
        if (length > limits.textLine().value()) {
            wrong("5.6.0 a line of the mail is longer than the limit of "
                    + limits.textLine().value() + " " + limits.textLine().name());
        }
        if (i < to) {
            // The next line begins behind this CR and its LF.
            lineBegin = total + (i - run) + 2;
            state = State.CR;
            return i + 1;
        }
        return i;
    }

    private void bareCr() {
        strayEnds = true;
        wrong("5.5.2 the mail has a CR without LF; lines end with CR LF (RFC 5321 section 2.3.8)");
    }

    private void wrong(String text) {
        fault(Replies.of(550, text));
    }

    private void fault(Reply reply) {
        if (fault.isEmpty()) {
            fault = Optional.of(reply);
        }
    }

    /** Gives bytes to whoever keeps them; after the first fault they are only counted. */
    private void hand(OutputStream sink, byte[] in, int begin, int end) {
        if (begin == end) {
            return;
        }
        total += end - begin;
        if (total > limits.messageSize().value()) {
            fault(tooLarge());
        }
        if (fault.isPresent() || sinkFault.isPresent()) {
            return;
        }
        try {
            sink.write(in, begin, end - begin);
        } catch (IOException e) {
            sinkFault = Optional.of(e);
        }
    }

    private Reply tooLarge() {
        return Replies.of(
                552,
                "5.3.4 the mail is larger than the limit of "
                        + limits.messageSize().value() + " "
                        + limits.messageSize().name());
    }

    /** The nearer of two: the next bytes, and the whole at the lowest rate. */
    private Deadline deadline(long began) throws IOException {
        // A client that does not stop after its mail is too large is not read to its end.
        if (total > 2 * limits.messageSize().value() + (1 << 20)) {
            throw new LimitExceededException(limits.messageSize());
        }
        if (times.minimumRate() == 0) {
            return Deadline.after(times.block());
        }
        long allowed = times.grace().toNanos() + total / times.minimumRate() * NANOS;
        long left = allowed - (nanoClock.getAsLong() - began + spent);
        if (left <= 0) {
            throw new SocketTimeoutException(
                    "the content comes slower than the lowest rate of " + times.minimumRate() + " bytes a second");
        }
        return Deadline.after(Duration.ofNanos(Math.min(left, times.block().toNanos())));
    }

    /**
     * Reads one chunk (BDAT, RFC 3030).
     *
     * @param binary true when its bytes need not be lines
     */
    void chunk(OutputStream sink, long size, boolean binary) throws IOException {
        channel.expectContent();
        long began = nanoClock.getAsLong();
        long left = size;
        while (left > 0) {
            if (channel.buffered() == 0) {
                channel.more(deadline(began));
            }
            byte[] in = channel.buffer();
            int begin = channel.from();
            int end = (int) Math.min(channel.to(), begin + left);
            if (binary) {
                for (int i = begin; i < end; i++) {
                    high |= in[i];
                }
            } else {
                lines(in, begin, end);
            }
            hand(sink, in, begin, end);
            channel.readUpTo(end);
            left -= end - begin;
        }
        spent += nanoClock.getAsLong() - began;
    }

    /** As in DATA, but dots are dots. */
    private void lines(byte[] in, int begin, int end) {
        int i = begin;
        while (i < end) {
            if (state == State.CR) {
                i = behindCr(in, i);
            } else {
                i = text(in, i, end, begin);
            }
        }
    }

    /** The last chunk has come: a CR at its end has no LF. */
    void chunksEnd(boolean binary) {
        if (!binary && state == State.CR) {
            bareCr();
        }
    }

    /** Reads a chunk of which nothing is wanted, so that the next command is found behind it (RFC 3030 section 2). */
    static void discard(ServerChannel channel, long size, ServerTimes times) throws IOException {
        long left = size;
        while (left > 0) {
            if (channel.buffered() == 0) {
                channel.more(Deadline.after(times.block()));
            }
            int count = (int) Math.min(channel.buffered(), left);
            channel.readUpTo(channel.from() + count);
            left -= count;
        }
    }
}
