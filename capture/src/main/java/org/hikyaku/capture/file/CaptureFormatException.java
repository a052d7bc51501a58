package org.hikyaku.capture.file;

import java.io.IOException;

/** A file that is not a capture, or a block of it that cannot be read past. */
public final class CaptureFormatException extends IOException {
    private static final long serialVersionUID = 1L;

    public CaptureFormatException(String message) {
        super(message);
    }
}
