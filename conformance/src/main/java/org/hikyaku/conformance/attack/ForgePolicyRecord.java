package org.hikyaku.conformance.attack;

import java.util.Optional;

/** Forges the answer for the MTA-STS record: there is none. Then strips STARTTLS. */
final class ForgePolicyRecord extends Attack {
    ForgePolicyRecord() {
        super(
                "forge-txt",
                "TXT forged",
                "Forges the answer for the MTA-STS record: there is none. Then strips STARTTLS.",
                Optional.empty());
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onDns(PolicyRecord.forged(seat.victim(), Optional.empty()));
        seat.onMail(new WireRelay(StripStartTls.hands()));
    }
}
