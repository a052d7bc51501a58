package org.hikyaku.dns;

/** A trust anchor file that cannot be used; the message is a sentence for its writer, with the line. */
public final class BadTrustAnchorException extends Exception {
    private static final long serialVersionUID = 1L;

    public BadTrustAnchorException(String sentence) {
        super(sentence);
    }

    public BadTrustAnchorException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
