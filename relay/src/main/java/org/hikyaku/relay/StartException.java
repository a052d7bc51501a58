package org.hikyaku.relay;

/** The relay cannot start; the sentence says why and what to do. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    public StartException(String sentence) {
        super(sentence);
    }

    public StartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
