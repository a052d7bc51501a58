package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Lets no handshake succeed, so that the sender tries again with less. */
final class BreakHandshake extends Attack {
    BreakHandshake() {
        super(
                "break-handshake",
                "handshake broken",
                "Answers every ClientHello with a forged alert, until the sender tries without TLS.",
                Optional.of(Attacker.HANDSHAKE_BROKEN));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(new WireRelay(new Tampering() {
            @Override
            public Optional<byte[]> hello(byte[] clientHello) {
                return Optional.empty();
            }
        }));
    }
}
