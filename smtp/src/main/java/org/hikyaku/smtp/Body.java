package org.hikyaku.smtp;

/** What the bytes of a mail are, as said with {@code BODY=} of MAIL (RFC 6152, RFC 3030). */
public enum Body {
    /** Bytes up to 127 in lines. */
    SEVEN_BIT("7BIT"),
    /** Any bytes but zero, in lines. */
    EIGHT_BIT_MIME("8BITMIME"),
    /** Any bytes whatever, not in lines; travels by BDAT only (RFC 3030 section 3). */
    BINARY_MIME("BINARYMIME");

    private final String token;

    Body(String token) {
        this.token = token;
    }

    /** As it stands behind {@code BODY=}. */
    public String token() {
        return token;
    }
}
