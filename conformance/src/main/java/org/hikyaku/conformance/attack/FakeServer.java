package org.hikyaku.conformance.attack;

import java.util.List;
import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.lab.LabDomain;

/** Stands in the receiver's place, with a certificate for its name of an authority that nobody trusts. */
final class FakeServer extends Attack {
    FakeServer() {
        super(
                "fake-mx",
                "fake MX",
                "Answers in the receiver's place, with a certificate for its name from an authority that nobody trusts.",
                Optional.of(Attacker.FAKE_SERVER));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(untrusted(seat.victim()));
    }

    static MailTrick untrusted(Victim victim) {
        return new FakeMx(victim.mxName(), Optional.of(victim.arsenal().rogue(names(victim))));
    }

    /** All names that a certificate of the receiver could be looked at for. */
    static List<String> names(Victim victim) {
        return java.util.stream.Stream.concat(
                        victim.receiver().setup().hosts().stream()
                                .map(LabDomain.Host::name)
                                .map(n -> n.toString(true)),
                        java.util.stream.Stream.of(victim.receiver().text()))
                .distinct()
                .toList();
    }
}
