package org.hikyaku.tls.wire;

/**
 * An alert (RFC 8446 section 6).
 *
 * @param level 1 warning, 2 fatal; other values are kept
 * @param description of {@link AlertDescription}
 */
public record Alert(int level, int description) {

    public static Alert parse(byte[] fragment) throws TlsFormatException {
        ByteCursor in = new ByteCursor(fragment);
        Alert alert = new Alert(in.u8("alert level"), in.u8("alert description"));
        in.expectEnd("alert");
        return alert;
    }

    public static Alert fatal(int description) {
        return new Alert(2, description);
    }

    public byte[] encode() {
        return new byte[] {(byte) level, (byte) description};
    }

    /** From TLS 1.3 on, all but close_notify and user_canceled are fatal whatever the level says. */
    public boolean warning() {
        return level == 1;
    }

    public String name() {
        return AlertDescription.registry().name(description);
    }
}
