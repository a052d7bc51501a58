package org.hikyaku.policy;

/** A text is no TLSA record data; the message says where and why. */
public final class TlsaFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    public TlsaFormatException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
