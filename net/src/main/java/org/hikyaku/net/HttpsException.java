package org.hikyaku.net;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** An HTTPS request that got no answer. The message is a sentence that names the host and, where one was tried, the address. */
public final class HttpsException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How far it got. */
    public enum Kind {
        /** The host's addresses could not be found out, it has none, or the URI is not one that can be asked. */
        ADDRESS,
        /** No address took the connection. */
        CONNECT,
        /** The handshake failed. */
        TLS,
        /** The server's certificate was objected to; nothing was sent. */
        CERTIFICATE,
        /** The answer is not HTTP, or was cut short. */
        HTTP,
        /** The answer is larger than allowed. */
        LIMIT,
        /** The deadline passed. */
        TIMEOUT
    }

    private final Kind kind;

    public HttpsException(Kind kind, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
