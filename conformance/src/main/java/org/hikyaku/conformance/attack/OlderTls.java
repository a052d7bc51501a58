package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/**
 * Hides from the receiver that the sender knows TLS 1.3. A sender notices: the server says in its random number that it could
 * do better (RFC 8446 section 4.1.3), and both have signed another ClientHello.
 */
final class OlderTls extends Attack {
    private static final int SUPPORTED_VERSIONS = 43;

    /** Record header, handshake header, version, random. */
    private static final int SESSION_ID = 5 + 4 + 2 + 32;

    OlderTls() {
        super(
                "old-tls",
                "older TLS",
                "Changes the ClientHello so that the receiver takes an older version of TLS.",
                Optional.of(Attacker.HANDSHAKE_BROKEN));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(new WireRelay(new Tampering() {
            @Override
            public Optional<byte[]> hello(byte[] clientHello) {
                return Optional.of(withoutNewVersions(clientHello));
            }
        }));
    }

    /** The extension {@code supported_versions} gets a type that nobody knows (RFC 8701). */
    static byte[] withoutNewVersions(byte[] record) {
        byte[] changed = record.clone();
        int at = SESSION_ID;
        at += 1 + at(record, at); // session id
        at += 2 + (at(record, at) << 8 | at(record, at + 1)); // suites
        at += 1 + at(record, at); // compression methods
        at += 2; // length of all extensions
        while (at + 4 <= record.length) {
            int type = at(record, at) << 8 | at(record, at + 1);
            if (type == SUPPORTED_VERSIONS) {
                changed[at] = (byte) 0xfa;
                changed[at + 1] = (byte) 0xfa;
            }
            at += 4 + (at(record, at + 2) << 8 | at(record, at + 3));
        }
        return changed;
    }

    private static int at(byte[] bytes, int index) {
        return index < bytes.length ? bytes[index] & 0xff : 0;
    }
}
