package org.hikyaku.tlsrpt.receive;

/** How a report came. */
public enum Via {
    MAIL("mail"),
    POST("post"),
    FILE("file");

    private final String token;

    Via(String token) {
        this.token = token;
    }

    public String token() {
        return token;
    }
}
