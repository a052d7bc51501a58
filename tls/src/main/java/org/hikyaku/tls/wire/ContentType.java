package org.hikyaku.tls.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
        return Optional.ofNullable(known(code));
    }

    /** The same for who reads millions of records; null when there is no such type. */
    public static @Nullable ContentType known(int code) {
        return switch (code) {
            case 20 -> CHANGE_CIPHER_SPEC;
            case 21 -> ALERT;
            case 22 -> HANDSHAKE;
            case 23 -> APPLICATION_DATA;
            case 24 -> HEARTBEAT;
            default -> null;
        };
    }
}
