package org.hikyaku.tls.wire;

/** Why a side gives up, or that it is done (RFC 8446 section 6). */
public record AlertDescription(int code, String name) {
    public static final int CLOSE_NOTIFY = 0;
    public static final int UNEXPECTED_MESSAGE = 10;
    public static final int HANDSHAKE_FAILURE = 40;
    public static final int PROTOCOL_VERSION = 70;
    public static final int INSUFFICIENT_SECURITY = 71;
    public static final int INTERNAL_ERROR = 80;
    public static final int INAPPROPRIATE_FALLBACK = 86;
    public static final int USER_CANCELED = 90;
    public static final int NO_RENEGOTIATION = 100;
    public static final int UNRECOGNIZED_NAME = 112;

    private static final Registry<AlertDescription> REGISTRY = Registry.load(
            "alerts.tsv", 2, f -> new AlertDescription(Integer.parseInt(f[0], 16), f[1]), AlertDescription::name);

    public static Registry<AlertDescription> registry() {
        return REGISTRY;
    }
}
