package org.hikyaku.net;

import java.io.IOException;

/** A line that a strict reader refuses. */
public final class MalformedLineException extends IOException {
    private static final long serialVersionUID = 1L;

    public MalformedLineException(String sentence) {
        super(sentence);
    }
}
