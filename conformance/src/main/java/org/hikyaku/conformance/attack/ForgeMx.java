package org.hikyaku.conformance.attack;

import java.util.Optional;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.lab.DnsAttacker;
import org.xbill.DNS.DClass;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Forges the answer for MX: it names the attacker's own host, in a zone that is not signed. */
final class ForgeMx extends Attack {
    ForgeMx() {
        super(
                "forge-mx",
                "MX forged",
                "Forges the answer for MX: it names the attacker's own host, which has a good certificate for its own name.",
                Optional.of(Attacker.DNS_FORGED));
    }

    @Override
    void takeSeat(Seat seat) {
        seat.onDns(mx(seat.victim(), seat.victim().arsenal().unsignedHost().name()));
    }

    static DnsAttacker mx(Victim victim, Name host) {
        Name domain = victim.domain();
        return (question, honest) ->
                question.type() == Type.MX && question.name().equals(domain)
                        ? Forgery.of(question, new MXRecord(domain, DClass.IN, Forgery.TTL, 1, host))
                        : honest;
    }
}
