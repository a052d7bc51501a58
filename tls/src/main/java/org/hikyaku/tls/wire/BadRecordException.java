package org.hikyaku.tls.wire;

import java.io.IOException;

/** A record that does not decrypt under these keys: wrong keys, lost records before it, or somebody changed it. */
public final class BadRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    public BadRecordException(String message) {
        super(message);
    }

    public BadRecordException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Without a trace of the stack, which would cost more than the trial: behind lost records thousands of numbers are tried. */
    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
