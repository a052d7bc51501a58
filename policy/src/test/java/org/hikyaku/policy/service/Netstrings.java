package org.hikyaku.policy.service;

import java.io.IOException;
import java.util.Optional;
import org.hikyaku.net.ByteReader;

/** Reads replies, for tests; written apart from the service's own reading. */
final class Netstrings {
    private Netstrings() {}

    /** The next one; empty at the end of the stream. */
    static Optional<byte[]> read(ByteReader in) throws IOException {
        StringBuilder digits = new StringBuilder();
        for (int next = in.read(); next != ':'; next = in.read()) {
            if (next < 0) {
                return Optional.empty();
            }
            digits.append((char) next);
        }
        byte[] payload = in.readExactly(Integer.parseInt(digits.toString()));
        if (in.read() != ',') {
            throw new IOException("no comma behind a reply");
        }
        return Optional.of(payload);
    }
}
