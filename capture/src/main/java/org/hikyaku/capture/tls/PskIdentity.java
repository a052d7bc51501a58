package org.hikyaku.capture.tls;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.hikyaku.net.Limit;

/** The name that a pre-shared key goes by between the two, in TLS 1.2: any bytes, up to 64 KB of them. */
public final class PskIdentity {
    /** The peer chooses it, and sentences are to stay sentences. */
    public static final Limit SHOWN = new Limit("bytes shown of the identity or hint of a pre-shared key", 64);

    private PskIdentity() {}

    /** RFC 4279 section 2: the ClientKeyExchange is a length and the identity; empty where it has none. */
    public static byte[] of(byte[] exchange) {
        return exchange.length < 2 ? new byte[0] : Arrays.copyOfRange(exchange, 2, exchange.length);
    }

    /** As the keys that are given are named. */
    static String text(byte[] exchange) {
        return new String(of(exchange), StandardCharsets.UTF_8);
    }

    /** An identity or hint for a sentence: its beginning. */
    public static String shown(byte[] identity) {
        int most = (int) SHOWN.value();
        String text = new String(identity, 0, Math.min(identity.length, most), StandardCharsets.UTF_8);
        return identity.length > most ? text + "…" : text;
    }
}
