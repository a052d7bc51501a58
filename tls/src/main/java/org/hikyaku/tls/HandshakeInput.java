package org.hikyaku.tls;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tls.wire.ContentType;

/**
 * The bytes of the other side on their way to the TLS library. Bounded in sum until the handshake is over, so that no
 * flood of messages, records or certificates fills memory; remembers how the stream began and how it ended, so that a
 * failure can be told exactly.
 */
final class HandshakeInput extends InputStream {
    /** Thirty-two large certificates and everything around them. */
    static final Limit HANDSHAKE = new Limit("bytes received in a TLS handshake", 256 * 1024);

    private static final int FIRST_BYTES = 256;

    private final InputStream in;
    private final HandshakeOutput flight;
    private final byte[] buffer = new byte[16 * 1024 + 512];
    private int position;
    private int filled;

    private final byte[] first = new byte[FIRST_BYTES];
    private int firstLength;

    private long total;
    private boolean established;
    private boolean ended;
    private boolean timedOut;
    private boolean broken;

    /** @param flight sent before an answer is waited for */
    HandshakeInput(InputStream in, HandshakeOutput flight) {
        this.in = in;
        this.flight = flight;
    }

    @Override
    public int read() throws IOException {
        return fill() ? buffer[position++] & 0xff : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, filled - position);
        System.arraycopy(buffer, position, into, offset, count);
        position += count;
        return count;
    }

    @Override
    public int available() {
        return filled - position;
    }

    private boolean fill() throws IOException {
        if (position < filled) {
            return true;
        }
        position = 0;
        filled = 0;
        return more();
    }

    /**
     * The first record, which stays to be read: whole, or what there is of it when the stream ends, when it cannot be the head of
     * a TLS handshake, or when it is longer than it may be.
     */
    byte[] firstRecord() throws IOException {
        while (true) {
            int length = filled < 5 ? 5 : 5 + ((buffer[3] & 0xff) << 8 | buffer[4] & 0xff);
            boolean handshake = filled == 0 || buffer[0] == ContentType.HANDSHAKE.code();
            if (filled >= 5 && filled >= length || !handshake || length > buffer.length || !more()) {
                return Arrays.copyOf(buffer, Math.min(filled, length));
            }
        }
    }

    /** What has come and was not read yet; it is not there any more afterwards. */
    byte[] rest() {
        byte[] rest = Arrays.copyOfRange(buffer, position, filled);
        position = filled;
        return rest;
    }

    /** Reads more behind what there is. */
    private boolean more() throws IOException {
        flight.send();
        int count;
        try {
            count = in.read(buffer, filled, buffer.length - filled);
        } catch (InterruptedIOException e) {
            timedOut = true;
            throw e;
        } catch (IOException e) {
            broken = true;
            throw e;
        }
        if (count < 0) {
            ended = true;
            return false;
        }
        int begin = filled;
        filled += count;
        if (!established) {
            int copied = Math.min(FIRST_BYTES - firstLength, count);
            System.arraycopy(buffer, begin, first, firstLength, copied);
            firstLength += copied;
            total += count;
            if (total > HANDSHAKE.value()) {
                throw new LimitExceededException(HANDSHAKE);
            }
        }
        return true;
    }

    /** The handshake is over; what comes now is bounded by whoever reads it. */
    void established() {
        established = true;
    }

    boolean ended() {
        return ended;
    }

    boolean timedOut() {
        return timedOut;
    }

    /** True when the connection was reset or failed otherwise. */
    boolean broken() {
        return broken;
    }

    boolean nothingCame() {
        return firstLength == 0;
    }

    /** False when the first bytes cannot be the head of a TLS record (RFC 8446 section 5.1). */
    boolean beginsLikeTls() {
        boolean type = firstLength < 1 || (first[0] >= 20 && first[0] <= 24);
        boolean version = firstLength < 2 || first[1] == 3;
        return type && version;
    }

    /** The first line of what came, for people: printable characters only, at most 100. */
    String firstLine() {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < firstLength && line.length() < 100; i++) {
            int b = first[i] & 0xff;
            if (b == '\r' || b == '\n') {
                break;
            }
            line.append(b >= 0x20 && b < 0x7f ? String.valueOf((char) b) : String.format("\\x%02x", b));
        }
        return line.toString();
    }
}
