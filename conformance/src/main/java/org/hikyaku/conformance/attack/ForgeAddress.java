package org.hikyaku.conformance.attack;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.matrix.Attacker;
import org.hikyaku.lab.LabDomain;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** Forges the answers for the addresses of the MX hosts: they are the attacker's. */
final class ForgeAddress extends Attack {
    ForgeAddress() {
        super(
                "forge-a",
                "address forged",
                "Forges the answers for the MX host's addresses: they lead to the attacker's host, which shows a good"
                        + " certificate for its own name.",
                Optional.of(Attacker.DNS_FORGED));
    }

    @Override
    void takeSeat(Seat seat) {
        Victim victim = seat.victim();
        Set<Name> hosts = Stream.concat(
                        Stream.of(victim.domain()),
                        victim.receiver().setup().hosts().stream().map(LabDomain.Host::name))
                .collect(Collectors.toSet());
        Arsenal.Host own = victim.arsenal().unsignedHost();
        seat.onDns((question, honest) -> {
            if (!hosts.contains(question.name())) {
                return honest;
            }
            return switch (question.type()) {
                case Type.A ->
                    Forgery.of(question, new ARecord(question.name(), DClass.IN, Forgery.TTL, own.address()));
                case Type.AAAA -> Forgery.of(question);
                default -> honest;
            };
        });
    }
}
