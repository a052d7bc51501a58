package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.policy.Demand;

/**
 * Has it in for a mail that demands REQUIRETLS. The keyword is offered inside TLS only, so he must be the end of the TLS
 * session to strip it: with a certificate of an authority that senders trust.
 */
final class StripRequireTls extends Attack {
    StripRequireTls() {
        super(
                "strip-requiretls",
                "REQUIRETLS stripped",
                "Answers in the receiver's place with a certificate from an authority that senders trust, and does not offer"
                        + " REQUIRETLS to a mail that demands it.",
                Optional.empty());
    }

    @Override
    public Demand demand() {
        return Demand.REQUIRE_TLS;
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onMail(RogueAuthority.trusted(seat.victim()));
    }
}
