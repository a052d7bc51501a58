package org.hikyaku.check.auth.spf;

/** What a matching mechanism says of the sender (RFC 7208 section 4.6.2). */
public enum Qualifier {
    PASS('+'),
    FAIL('-'),
    SOFTFAIL('~'),
    NEUTRAL('?');

    private final char sign;

    Qualifier(char sign) {
        this.sign = sign;
    }

    public char sign() {
        return sign;
    }
}
