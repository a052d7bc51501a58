package org.hikyaku.smtp;

import java.io.IOException;

/** What came is not an SMTP reply. */
public final class MalformedReplyException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedReplyException(String sentence) {
        super(sentence);
    }
}
