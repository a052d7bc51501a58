package org.hikyaku.relay.receive;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.hikyaku.relay.queue.QueueFullException;

/**
 * Lets a mail's bytes pass and reads a little in its header: how many servers it has been through, and what it says about TLS.
 * Looks at the beginning of lines only; behind the header nothing is looked at.
 */
final class HeaderWatch extends OutputStream {
    private static final byte[] RECEIVED = "received:".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] TLS_REQUIRED = "tls-required:".getBytes(StandardCharsets.US_ASCII);

    /** Past this a value is no "No". */
    private static final int LONGEST_VALUE = 1000;

    private static final int MOST_VALUES = 20;

    private final OutputStream out;
    private final byte[] start = new byte[TLS_REQUIRED.length];
    private int startLength;
    private boolean inHeader = true;
    private int hops;
    private boolean takingValue;
    private final StringBuilder value = new StringBuilder();
    private final List<String> values = new ArrayList<>();

    HeaderWatch(OutputStream out) {
        this.out = out;
    }

    /** Lines of {@code Received:}. */
    int hops() {
        return hops;
    }

    /** Q9: {@code TLS-Required: No}, however often, and never with another value. Also ends the watch. */
    boolean tlsNotRequired() {
        endValue();
        return !values.isEmpty() && values.stream().allMatch(v -> v.strip().equalsIgnoreCase("no"));
    }

    private void endValue() {
        if (takingValue) {
            takingValue = false;
            if (values.size() < MOST_VALUES) {
                values.add(value.toString());
            }
            value.setLength(0);
        }
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        for (int i = offset; inHeader && i < offset + length; i++) {
            look(bytes[i]);
        }
        try {
            out.write(bytes, offset, length);
        } catch (QueueFullException e) {
            throw QueueSink.full(e);
        }
    }

    /** One byte of the header. */
    private void look(byte b) {
        if (b == '\n') {
            if (startLength == 0) {
                inHeader = false; // the empty line
                endValue();
            }
            startLength = 0;
            return;
        }
        if (b == '\r') {
            return;
        }
        if (startLength == 0 && b != ' ' && b != '\t') {
            endValue(); // another field begins; a blank goes on with the one before
        }
        if (takingValue) {
            if (value.length() < LONGEST_VALUE) {
                value.append((char) (b & 0xff));
            }
            startLength = 1; // something is in this line
            return;
        }
        if (startLength < start.length) {
            start[startLength] = b;
        }
        startLength++;
        if (b == ':') {
            if (is(RECEIVED)) {
                hops++;
            } else if (is(TLS_REQUIRED)) {
                takingValue = true;
            }
        }
    }

    private boolean is(byte[] name) {
        return startLength == name.length
                && new String(start, 0, startLength, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT)
                        .equals(new String(name, StandardCharsets.US_ASCII));
    }
}
