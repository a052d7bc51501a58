package org.hikyaku.conformance.attack;

import java.util.List;
import java.util.Optional;
import org.hikyaku.x509.Credential;

/**
 * Serves an old policy, one of mode none, in the policy host's place, and has it fetched by announcing a new id. Then stands
 * in the receiver's place. Whether anybody believes the policy depends on the certificate that he has for its host (S5).
 */
final class OldPolicy extends Attack {
    private final boolean trusted;

    private OldPolicy(String id, String title, String act, boolean trusted) {
        super(id, title, act, Optional.empty());
        this.trusted = trusted;
    }

    /** With a certificate of an authority that nobody trusts. */
    static OldPolicy untrusted() {
        return new OldPolicy(
                "old-policy",
                "old policy",
                "Serves an old MTA-STS policy, without a good certificate for the policy host, under a new id; and answers"
                        + " in the receiver's place.",
                false);
    }

    /** With one of an authority that all trust (RFC 8461 section 10.1). */
    static OldPolicy trusted() {
        return new OldPolicy(
                "rogue-policy",
                "old policy, trusted CA",
                "Serves an old MTA-STS policy, with a certificate for the policy host from an authority that senders trust,"
                        + " under a new id; and answers in the receiver's place.",
                true);
    }

    @Override
    void takeSeat(Seat seat) {
        Victim victim = seat.victim();
        List<String> host = List.of("mta-sts." + victim.receiver().text());
        Credential credential =
                trusted ? victim.arsenal().misissued(host) : victim.arsenal().rogue(host);
        seat.onDns(PolicyRecord.forged(victim, Optional.of("v=STSv1; id=attacker1;")));
        seat.onPolicyHost(new FakePolicyHost(credential, "version: STSv1\r\nmode: none\r\nmax_age: 604800\r\n"));
        seat.onMail(FakeServer.untrusted(victim));
    }
}
