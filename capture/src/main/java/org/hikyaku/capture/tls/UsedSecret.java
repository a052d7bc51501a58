package org.hikyaku.capture.tls;

import java.util.Arrays;
import java.util.HexFormat;

/** A secret that opened a session. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record UsedSecret(SecretLabel label, byte[] clientRandom, Secret secret) {

    boolean isSame(UsedSecret other) {
        return label == other.label && Arrays.equals(clientRandom, other.clientRandom);
    }

    /** As a line of a key log (RFC 9850 section 2). */
    String line() {
        HexFormat hex = HexFormat.of();
        return label.name() + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret.value());
    }

    /** Never the secret. */
    @Override
    public String toString() {
        return label + " from " + secret;
    }
}
