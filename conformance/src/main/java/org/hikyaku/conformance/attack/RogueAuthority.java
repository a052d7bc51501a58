package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Stands in the receiver's place, with a certificate for its name that a trusted authority should not have issued. */
final class RogueAuthority extends Attack {
    RogueAuthority() {
        super(
                "rogue-ca",
                "trusted CA deceived",
                "Answers in the receiver's place, with a certificate for its name from an authority that senders trust.",
                Optional.of(Attacker.ROGUE_CA));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(trusted(seat.victim()));
    }

    static MailTrick trusted(Victim victim) {
        return new FakeMx(victim.mxName(), Optional.of(victim.arsenal().misissued(FakeServer.names(victim))));
    }
}
