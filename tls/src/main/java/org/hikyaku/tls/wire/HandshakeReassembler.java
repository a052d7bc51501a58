package org.hikyaku.tls.wire;

import java.util.Arrays;
import java.util.Optional;
import org.hikyaku.net.Limit;

/** Puts the fragments of handshake records together to whole messages (RFC 8446 section 5.1). Grows only as bytes come. */
public final class HandshakeReassembler {
    /** Bytes of one handshake message: long enough for any chain of certificates that a mail server may sensibly send. */
    public static final Limit MESSAGE = new Limit("bytes in a TLS handshake message", 256 * 1024);

    /** A buffer that is longer is not kept when it is empty. */
    private static final int KEPT = 8 * 1024;

    private static final byte[] NONE = {};

    private final Limit limit;
    private byte[] buffer = NONE;
    private int from;
    private int to;
    private long consumed;

    public HandshakeReassembler() {
        this(MESSAGE);
    }

    public HandshakeReassembler(Limit limit) {
        this.limit = limit;
    }

    /** Takes the fragment of a record of type handshake. */
    public void add(byte[] fragment) {
        add(fragment, 0, fragment.length);
    }

    public void add(byte[] bytes, int offset, int length) {
        if (to + length > buffer.length) {
            byte[] larger = to - from + length > buffer.length
                    ? new byte[Math.max(buffer.length * 2, to - from + length)]
                    : buffer;
            System.arraycopy(buffer, from, larger, 0, to - from);
            buffer = larger;
            to -= from;
            from = 0;
        }
        System.arraycopy(bytes, offset, buffer, to, length);
        to += length;
    }

    /**
     * The next whole message, or empty when more bytes are needed.
     *
     * @throws TlsFormatException when the message announces more bytes than allowed
     */
    public Optional<RawHandshake> next() throws TlsFormatException {
        if (to - from < 4) {
            return Optional.empty();
        }
        int length = (buffer[from + 1] & 0xff) << 16 | (buffer[from + 2] & 0xff) << 8 | buffer[from + 3] & 0xff;
        if (length > limit.value()) {
            throw new TlsFormatException(
                    "handshake message " + HandshakeType.name(buffer[from] & 0xff) + " of " + length
                            + " bytes, more than the limit of " + limit.value() + " " + limit.name(),
                    consumed);
        }
        if (to - from < 4 + length) {
            return Optional.empty();
        }
        RawHandshake message =
                new RawHandshake(buffer[from] & 0xff, Arrays.copyOfRange(buffer, from + 4, from + 4 + length));
        from += 4 + length;
        consumed += 4 + length;
        if (from == to) {
            from = 0;
            to = 0;
            if (buffer.length > KEPT) {
                buffer = NONE; // a connection that is quiet should not hold it
            }
        }
        return Optional.of(message);
    }

    /** Bytes that wait for the rest of their message. */
    public int waiting() {
        return to - from;
    }

    /** True when part of a message is waiting for the rest: keys must not change now (RFC 8446 section 5.1). */
    public boolean incomplete() {
        return to > from;
    }
}
