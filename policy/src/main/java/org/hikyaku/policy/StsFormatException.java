package org.hikyaku.policy;

/** A text is no MTA-STS record or policy; the message is a sentence that says where and why. */
public final class StsFormatException extends Exception {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    public StsFormatException(String sentence) {
        super(sentence);
        this.sentence = sentence;
    }

    public String sentence() {
        return sentence;
    }
}
