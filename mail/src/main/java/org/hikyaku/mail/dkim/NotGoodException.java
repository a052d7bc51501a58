package org.hikyaku.mail.dkim;

/** Why a signature says nothing; within this package only. */
final class NotGoodException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean unknown;
    private final String sentence;

    NotGoodException(String sentence) {
        this(false, sentence);
    }

    /** @param unknown that it could not be found out */
    NotGoodException(boolean unknown, String sentence) {
        super(sentence);
        this.unknown = unknown;
        this.sentence = sentence;
    }

    boolean unknown() {
        return unknown;
    }

    String sentence() {
        return sentence;
    }

    static void check(boolean good, String sentence) throws NotGoodException {
        if (!good) {
            throw new NotGoodException(sentence);
        }
    }
}
