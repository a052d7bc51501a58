package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Takes down what passes, and changes nothing. */
final class Listen extends Attack {
    Listen() {
        super("listen", "listen", "Records all that passes and changes nothing.", Optional.of(Attacker.LISTENER));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.leavesPolicyHostAlone();
        seat.onMail(new WireRelay(new Hands() {
            @Override
            public boolean changes() {
                return false;
            }
        }));
    }
}
