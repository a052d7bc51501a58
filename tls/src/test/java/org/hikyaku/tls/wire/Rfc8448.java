package org.hikyaku.tls.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Objects;

/** The values printed in RFC 8448, by name. */
final class Rfc8448 {
    private static final Map<String, byte[]> VALUES = load();

    private Rfc8448() {}

    static byte[] value(String name) {
        return Objects.requireNonNull(VALUES.get(name), name).clone();
    }

    /** A handshake message without its four-byte header. */
    static RawHandshake message(String name) {
        byte[] whole = value(name);
        return new RawHandshake(whole[0] & 0xff, Arrays.copyOfRange(whole, 4, whole.length));
    }

    private static Map<String, byte[]> load() {
        Map<String, byte[]> values = new HashMap<>();
        try (InputStream in = Objects.requireNonNull(Rfc8448.class.getResourceAsStream("rfc8448.tsv"))) {
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
                if (!line.startsWith("#")) {
                    String[] fields = line.split("\t");
                    values.put(fields[0], HexFormat.of().parseHex(fields[1]));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return values;
    }
}
