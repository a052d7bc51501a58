package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;

/** Forges the answer for MX: it names the attacker's own host in a signed zone, with a good TLSA record (S1). */
final class ForgeMxToDane extends Attack {
    ForgeMxToDane() {
        super(
                "forge-mx-dane",
                "MX forged, to DANE",
                "Forges the answer for MX: it names the attacker's own host in a signed zone, which has a good TLSA record.",
                Optional.of(Attacker.DNS_FORGED));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onDns(
                ForgeMx.mx(seat.victim(), seat.victim().arsenal().signedHost().name()));
    }
}
