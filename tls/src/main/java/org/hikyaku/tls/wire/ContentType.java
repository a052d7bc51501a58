package org.hikyaku.tls.wire;

import java.util.Optional;

/** What a record holds (RFC 8446 section 5.1). */
public enum ContentType {
    CHANGE_CIPHER_SPEC(20),
    ALERT(21),
    HANDSHAKE(22),
    APPLICATION_DATA(23),
    /** RFC 6520. */
    HEARTBEAT(24);

    private final int code;

    ContentType(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }

    public static Optional<ContentType> of(int code) {
        return switch (code) {
            case 20 -> Optional.of(CHANGE_CIPHER_SPEC);
            case 21 -> Optional.of(ALERT);
            case 22 -> Optional.of(HANDSHAKE);
            case 23 -> Optional.of(APPLICATION_DATA);
            case 24 -> Optional.of(HEARTBEAT);
            default -> Optional.empty();
        };
    }
}
