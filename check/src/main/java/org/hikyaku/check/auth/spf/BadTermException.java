package org.hikyaku.check.auth.spf;

import java.util.Optional;

/** Ends the reading of one term. */
final class BadTermException extends Exception {
    private static final long serialVersionUID = 1L;

    private final int offset;
    private final String sentence;
    private final transient Optional<String> meant;

    /** @param offset of the wrong character from the term's first */
    BadTermException(int offset, String sentence, Optional<String> meant) {
        super(sentence, null, false, false);
        this.offset = offset;
        this.sentence = sentence;
        this.meant = meant;
    }

    BadTermException(int offset, String sentence) {
        this(offset, sentence, Optional.empty());
    }

    int offset() {
        return offset;
    }

    String sentence() {
        return sentence;
    }

    Optional<String> meant() {
        return meant;
    }
}
