package org.hikyaku.tls;

import java.io.IOException;

/** A TLS handshake that did not end in a session. */
public final class HandshakeFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient HandshakeFailure failure;

    public HandshakeFailedException(HandshakeFailure failure, Throwable cause) {
        super(failure.sentence(), cause);
        this.failure = failure;
    }

    public HandshakeFailure failure() {
        return failure;
    }
}
