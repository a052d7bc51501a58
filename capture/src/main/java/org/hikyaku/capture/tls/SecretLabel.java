package org.hikyaku.capture.tls;

import java.util.Optional;

/** The labels of key logs that name a session by its client random (RFC 9850 section 2). */
public enum SecretLabel {
    /** Up to TLS 1.2: the master secret. */
    CLIENT_RANDOM(true),
    CLIENT_EARLY_TRAFFIC_SECRET(true),
    CLIENT_HANDSHAKE_TRAFFIC_SECRET(true),
    SERVER_HANDSHAKE_TRAFFIC_SECRET(true),
    CLIENT_TRAFFIC_SECRET_0(true),
    SERVER_TRAFFIC_SECRET_0(true),
    /** Not NSS's and not RFC 9850's, but some tools write the premaster secret so. */
    PMS_CLIENT_RANDOM(true),
    EARLY_EXPORTER_SECRET(false),
    EXPORTER_SECRET(false),
    ECH_SECRET(false),
    ECH_CONFIG(false);

    private static final SecretLabel[] ALL = values();

    /** Those that protect records stand first. */
    @SuppressWarnings("EnumOrdinal") // places in arrays: there are millions of secrets
    static final int DECRYPTING = EARLY_EXPORTER_SECRET.ordinal();

    private final boolean decrypts;

    SecretLabel(boolean decrypts) {
        this.decrypts = decrypts;
    }

    /** False for secrets that protect no record of the session: they are passed over in silence. */
    boolean decrypts() {
        return decrypts;
    }

    /** By its place. */
    static SecretLabel of(int ordinal) {
        return ALL[ordinal];
    }

    static Optional<SecretLabel> of(String word) {
        for (SecretLabel label : ALL) {
            if (label.name().equals(word)) {
                return Optional.of(label);
            }
        }
        return Optional.empty();
    }
}
