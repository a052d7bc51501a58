package org.hikyaku.net;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads lines of bytes, one when asked for one. Which line ends are good is chosen when the reader is made. Not safe for
 * use by several threads.
 */
public final class LineReader {

    /** What ends a line. */
    public enum Ends {
        /** CR LF only; a CR or LF alone is refused with {@link MalformedLineException}. */
        CRLF,
        /** CR LF, or LF alone; {@link Line#bareLf()} tells. A CR elsewhere is part of the line. */
        LF_TOO
    }

    /**
     * A line without its end.
     *
     * @param content the bytes before the line's end
     * @param bareLf true when LF alone ended it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by content, see equals
    public record Line(byte[] content, boolean bareLf) {

        /** The bytes as characters U+0000 to U+00FF: nothing is lost and nothing fails. */
        public String latin1() {
            return new String(content, StandardCharsets.ISO_8859_1);
        }

        /** The bytes as UTF-8, with U+FFFD for what is not. */
        public String utf8() {
            return new String(content, StandardCharsets.UTF_8);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Line line && bareLf == line.bareLf && Arrays.equals(content, line.content);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(content) + Boolean.hashCode(bareLf);
        }

        @Override
        public String toString() {
            return latin1() + (bareLf ? "\\n" : "\\r\\n");
        }
    }

    private static final int FIRST_SIZE = 256;

    private final ByteReader bytes;
    private final Ends ends;
    private final Limit limit;
    private byte[] line = new byte[FIRST_SIZE];
    private int length;

    /**
     * @param limit bytes in a line, its end not counted
     */
    public LineReader(ByteReader bytes, Ends ends, Limit limit) {
        this.bytes = bytes;
        this.ends = ends;
        this.limit = limit;
    }

    /** As the other constructor, over a new {@link ByteReader}. */
    public LineReader(InputStream in, Ends ends, Limit limit) {
        this(new ByteReader(in), ends, limit);
    }

    /**
     * The next line, or empty when the stream ended after a whole line.
     *
     * @throws EOFException when the stream ends in the middle of a line
     * @throws LimitExceededException when the line is too long; what is left of it is not read
     * @throws MalformedLineException when the reader is strict and the line has a CR or LF by itself
     */
    public Optional<Line> next() throws IOException {
        length = 0;
        do {
            if (bytes.moveThrough((byte) '\n', this::append) < 0) {
                if (length == 0) {
                    return Optional.empty();
                }
                throw new EOFException("the other side ended in the middle of a line, after " + length + " bytes");
            }
        } while (line[length - 1] != '\n');
        boolean crLf = length > 1 && line[length - 2] == '\r';
        byte[] content = Arrays.copyOf(line, length - (crLf ? 2 : 1));
        limit.check(content.length);
        if (ends == Ends.CRLF) {
            refuseStray(content, crLf);
        }
        if (line.length > 16 * FIRST_SIZE) {
            line = new byte[FIRST_SIZE];
        }
        return Optional.of(new Line(content, !crLf));
    }

    /** How many bytes have been received that belong to no line handed out so far. */
    public int buffered() {
        return bytes.buffered();
    }

    /** Takes what is buffered, as {@link ByteReader#takeBuffered()}. */
    public byte[] takeBuffered() {
        return bytes.takeBuffered();
    }

    private void append(byte[] source, int offset, int count) throws IOException {
        // Room for CR LF beyond the limit; the exact check follows when the line is whole.
        if (length + (long) count > limit.value() + 2) {
            throw new LimitExceededException(limit);
        }
        if (length + count > line.length) {
            line = Arrays.copyOf(line, Math.max(length + count, line.length * 2));
        }
        System.arraycopy(source, offset, line, length, count);
        length += count;
    }

    private static void refuseStray(byte[] content, boolean crLf) throws MalformedLineException {
        if (!crLf) {
            throw new MalformedLineException("a line ends with LF alone, without CR");
        }
        for (byte b : content) {
            if (b == '\r') {
                throw new MalformedLineException("a line has a CR in the middle");
            }
        }
    }
}
