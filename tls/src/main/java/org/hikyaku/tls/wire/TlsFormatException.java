package org.hikyaku.tls.wire;

import java.io.IOException;

/**
 * Bytes that are not what TLS says should stand there: the only error that readers in this package throw for what the
 * other side sent. The caller should give up this direction of the connection and tell {@link #getMessage()}.
 */
public final class TlsFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    private final String what;
    private final long offset;

    /**
     * @param what what was being read and what is wrong with it, in words
     * @param offset where, in bytes from the start of the message or stream that was read
     */
    public TlsFormatException(String what, long offset) {
        super(what + " (at byte " + offset + ")");
        this.what = what;
        this.offset = offset;
    }

    public String what() {
        return what;
    }

    /** Bytes from the start of the message (handshake messages, alerts) or of the stream (records). */
    public long offset() {
        return offset;
    }
}
