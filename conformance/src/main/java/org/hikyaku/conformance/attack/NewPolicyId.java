package org.hikyaku.conformance.attack;

import java.util.Optional;

/** Announces a new policy and keeps everybody from fetching it (S4). Then stands in the receiver's place. */
final class NewPolicyId extends Attack {
    NewPolicyId() {
        super(
                "new-sts-id",
                "new id, 443 blocked",
                "Forges an MTA-STS record with a new id, blocks port 443 so that the policy cannot be fetched, and answers"
                        + " in the receiver's place.",
                Optional.empty());
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onDns(PolicyRecord.forged(seat.victim(), Optional.of("v=STSv1; id=attacker1;")));
        seat.onMail(FakeServer.untrusted(seat.victim()));
    }
}
