package org.hikyaku.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.LineReader;

/**
 * Reads replies: three digits, then a hyphen on every line but the last, then text (RFC 5321 section 4.2.1). LF alone is
 * taken as a line's end and noted, since servers get it wrong and nothing hangs on it here.
 */
final class ReplyReader {
    private final LineReader lines;
    private final Transcript transcript;
    private boolean sawBareLf;

    ReplyReader(ByteReader bytes, Transcript transcript) {
        this.lines = new LineReader(bytes, LineReader.Ends.LF_TOO, SmtpLimits.REPLY_LINE);
        this.transcript = transcript;
    }

    /**
     * The next reply.
     *
     * @throws MalformedReplyException when it is not one
     * @throws org.hikyaku.net.LimitExceededException when it is too long
     * @throws EOFException when the other side hung up
     */
    Reply next() throws IOException {
        List<String> text = new ArrayList<>();
        int code = 0;
        boolean more = true;
        while (more) {
            byte[] line = line(text);
            int lineCode = code(line);
            if (!text.isEmpty() && lineCode != code) {
                throw new MalformedReplyException(
                        "one reply has two codes, first " + code + ", then " + lineCode + " (RFC 5321 section 4.2.1)");
            }
            code = lineCode;
            more = line.length > 3 && line[3] == '-';
            text.add(Wire.text(line.length > 4 ? java.util.Arrays.copyOfRange(line, 4, line.length) : new byte[0]));
            SmtpLimits.REPLY_LINES.check(text.size());
        }
        return new Reply(code, text);
    }

    /** How many bytes have come that belong to no reply yet. */
    int buffered() {
        return lines.buffered();
    }

    /** Takes them away. */
    byte[] takeBuffered() {
        return lines.takeBuffered();
    }

    boolean sawBareLf() {
        return sawBareLf;
    }

    private byte[] line(List<String> before) throws IOException {
        Optional<LineReader.Line> line;
        try {
            line = lines.next();
        } catch (EOFException e) {
            throw new EOFException("the server hung up in the middle of a line");
        }
        if (line.isEmpty()) {
            throw new EOFException(
                    before.isEmpty() ? "the server hung up" : "the server hung up in the middle of a reply");
        }
        sawBareLf |= line.get().bareLf();
        transcript.said(Transcript.Speaker.SERVER, Wire.text(line.get().content()));
        return line.get().content();
    }

    /** The code, 200 to 599; after it the line ends or goes on with a space or hyphen. */
    private static int code(byte[] line) throws MalformedReplyException {
        boolean good = line.length >= 3
                && line[0] >= '2'
                && line[0] <= '5'
                && isDigit(line[1])
                && isDigit(line[2])
                && (line.length == 3 || line[3] == ' ' || line[3] == '-');
        if (!good) {
            throw new MalformedReplyException(
                    "\"" + Wire.excerpt(line) + "\" is not a line of an SMTP reply (RFC 5321 section 4.2)");
        }
        return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
