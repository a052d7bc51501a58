package org.hikyaku.capture.talk;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.hikyaku.net.Limit;

/**
 * A lone dot that ends a mail for some servers and for others not, since a bare line feed stands before or behind it (RFC 5321
 * sections 2.3.8 and 4.1.1.4 know none), and what the client said after it. A reply that comes before the true end answers the mail:
 * then it was its end.
 */
final class DoubtfulEnd {
    static final String TAKEN =
            "the lone dot has a bare line feed before or behind it: by RFC 5321 the mail goes on here, but this"
                    + " server took it for the mail's end";

    static final String PASSED =
            "a lone dot with a bare line feed before or behind it stands in the mail: by RFC 5321 the mail goes on"
                    + " there, while some servers take it for the mail's end and what follows for commands; how many answers this one gave"
                    + " tells what it did";

    static final Limit LATER =
            new Limit("bytes after a lone dot with a bare line feed kept until the server answers", 64 << 10);

    /**
     * A line as {@link LineSplitter.Target#line} has it.
     *
     * @param ending bytes of its end
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Line(byte[] text, int ending, long frame, long nanos) {}

    private final List<Line> lines = new ArrayList<>();
    private int bytes;

    /** Keeps a line; the dot's is the first. */
    void add(byte[] line, int length, int ending, long frame, long nanos) {
        lines.add(new Line(Arrays.copyOf(line, length), ending, frame, nanos));
        bytes += length + 2;
    }

    boolean tooMuch() {
        return bytes > LATER.value();
    }

    /** All of them in order, the dot first. */
    List<Line> lines() {
        return lines;
    }
}
