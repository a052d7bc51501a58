package org.hikyaku.dns;

/** Some text is no domain name; the message is a sentence that says why. */
public final class BadNameException extends Exception {
    private static final long serialVersionUID = 1L;

    BadNameException(String sentence) {
        super(sentence);
    }
}
