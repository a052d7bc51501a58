package org.hikyaku.relay.filter;

import java.io.IOException;

/** A filter breaks the protocol, or does not answer; its sentence is for the log. */
public final class FilterException extends IOException {
    private static final long serialVersionUID = 1L;

    FilterException(String sentence) {
        super(sentence);
    }

    FilterException(String sentence, IOException cause) {
        super(sentence, cause);
    }
}
