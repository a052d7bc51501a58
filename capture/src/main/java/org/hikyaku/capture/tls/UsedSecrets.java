package org.hikyaku.capture.tls;

import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The secrets of a session that was opened. */
@SuppressWarnings("ArrayRecordComponent") // never compared
record UsedSecrets(byte[] clientRandom, SessionSecrets secrets) {

    /** As lines of a key log (RFC 9850 section 2). */
    List<String> lines() {
        HexFormat hex = HexFormat.of();
        List<String> lines = new ArrayList<>();
        secrets.forEach((label, secret) ->
                lines.add(label.name() + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret.value())));
        return lines;
    }

    /** Never the secrets. */
    @Override
    public String toString() {
        return "secrets of " + HexFormat.of().formatHex(clientRandom);
    }
}
