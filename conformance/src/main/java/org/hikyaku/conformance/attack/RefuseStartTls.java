package org.hikyaku.conformance.attack;

import java.util.Locale;
import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Answers STARTTLS in the receiver's name: not now. */
final class RefuseStartTls extends Attack {
    RefuseStartTls() {
        super(
                "refuse-starttls",
                "STARTTLS refused",
                "Answers STARTTLS with 454 in the receiver's name.",
                Optional.of(Attacker.STARTTLS_STRIPPED));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(new WireRelay(new Tampering() {
            @Override
            public Optional<String> answer(String command) {
                return command.strip().toUpperCase(Locale.ROOT).equals("STARTTLS")
                        ? Optional.of("454 4.7.0 TLS not available due to temporary reason")
                        : Optional.empty();
            }
        }));
    }
}
