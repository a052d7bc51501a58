package org.hikyaku.dns;

import java.io.IOException;

/** The system names no DNS resolver that could be asked; the message says what to do. */
public final class NoResolverException extends IOException {
    private static final long serialVersionUID = 1L;

    NoResolverException(String sentence) {
        super(sentence);
    }
}
