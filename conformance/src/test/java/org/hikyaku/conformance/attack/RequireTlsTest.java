package org.hikyaku.conformance.attack;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.check.matrix.Sender;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.policy.Demand;
import org.junit.jupiter.api.Test;

/** A mail that demands REQUIRETLS, to a receiver that offers it: it arrives while nobody strips the offer, and only then. */
class RequireTlsTest {

    @Test
    void isHeldBackBecauseOfTheAttackAndNothingElse() throws Exception {
        Attack listener = new Attack("listen-requiretls", "listen", "Only listens.", Optional.empty()) {
            @Override
            public Demand demand() {
                return Demand.REQUIRE_TLS;
            }

            @Override
            void takeSeat(Seat seat) {
                new Listen().takeSeat(seat);
            }
        };
        try (LabAttack lab = LabAttack.start(InstantSource.system())) {
            LabDomain receiver = lab.lab().catalogue().domain("requiretls-dane.example");

            Scene alone = lab.play(receiver, Sender.DANE, listener);
            Scene attacked = lab.play(receiver, Sender.DANE, new StripRequireTls());

            assertThat(alone.outcome()).as(alone.said()).isEqualTo(Outcome.SAFE);
            assertThat(attacked.outcome()).as(attacked.said()).isEqualTo(Outcome.HELD_BACK);
        }
    }
}
