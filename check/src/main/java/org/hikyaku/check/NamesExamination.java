package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.NameServers;
import org.hikyaku.check.auth.Reverse;
import org.hikyaku.check.auth.Reverse.Outcome;
import org.xbill.DNS.Name;
import org.xbill.DNS.ReverseMap;

/** Names of the mail servers' addresses, and addresses of the name servers. */
final class NamesExamination implements Examination {
    /** internet.nl asks for two name servers with IPv6, as the zone needs two name servers. */
    private static final int ENOUGH = 2;

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.judgedAuth()
                .map(auth -> {
                    List<Finding> findings = new ArrayList<>();
                    reverse(evidence, auth, findings);
                    nameServers(auth.nameServers(), findings);
                    return findings;
                })
                .orElse(List.of());
    }

    private static void reverse(Evidence evidence, MailAuth auth, List<Finding> findings) {
        for (Reverse reverse : auth.reverse()) {
            String address = Words.address(reverse.address());
            Name pointer = ReverseMap.fromAddress(reverse.address());
            switch (reverse.outcome()) {
                case Outcome.Confirmed _ -> {}
                case Outcome.NoName _ ->
                    findings.add(Finding.of(
                            FindingId.PTR_ABSENT,
                            Severity.NOTICE,
                            address,
                            "The address has no name: there is no PTR record at " + Words.name(pointer) + ".",
                            Mend.of(
                                    "have the operator of the network publish one",
                                    pointer + " 3600 IN PTR " + host(evidence, reverse) + ".")));
                case Outcome.Unconfirmed unconfirmed ->
                    findings.add(Finding.of(
                            FindingId.PTR_UNCONFIRMED,
                            Severity.NOTICE,
                            address,
                            "The PTR record names "
                                    + Words.list(unconfirmed.names().stream()
                                            .map(Words::name)
                                            .toList())
                                    + ", and that name does not have the address " + address + ".",
                            Mend.of(
                                    "let the PTR record name a host that has this address",
                                    pointer + " 3600 IN PTR " + host(evidence, reverse) + ".")));
                case Outcome.NotKnown not ->
                    findings.add(Finding.of(
                            FindingId.PTR_UNKNOWN,
                            Severity.NOTICE,
                            address,
                            "The name of the address could not be found out: the look-up of "
                                    + Words.question(not.answer()) + " did not succeed."));
            }
        }
        boolean all = !auth.reverse().isEmpty()
                && auth.reverse().stream().allMatch(r -> r.outcome() instanceof Outcome.Confirmed);
        if (all) {
            findings.add(Finding.of(
                    FindingId.PTR_OK,
                    Severity.OK,
                    evidence.domain(),
                    "Every address of the MX hosts has a name that leads back to it."));
        }
    }

    /** The MX host that has the address. */
    private static String host(Evidence evidence, Reverse reverse) {
        return evidence.hosts().stream()
                .filter(h -> h.addresses().stream()
                        .anyMatch(a -> a.address().getAddress().equals(reverse.address())))
                .map(Evidence.HostEvidence::name)
                .findFirst()
                .orElse("NAME");
    }

    private static void nameServers(NameServers servers, List<Finding> findings) {
        if (!servers.known()) {
            return; // a failed look-up on the way says nothing; those of the zone itself are findings of others
        }
        List<String> without = servers.servers().stream()
                .filter(s -> s.ip6().isEmpty())
                .map(s -> Words.name(s.name()))
                .toList();
        String zone = Words.name(servers.zone());
        if (servers.withIp6().size() < ENOUGH) {
            findings.add(Finding.of(
                    FindingId.NS_IPV6_FEW,
                    Severity.NOTICE,
                    zone,
                    "Of " + Words.count(servers.servers().size(), "name server") + ", "
                            + servers.withIp6().size() + " "
                            + (servers.withIp6().size() == 1 ? "has" : "have")
                            + " an IPv6 address" + (without.isEmpty() ? "" : "; without one: " + Words.list(without))
                            + ".",
                    Mend.of("have two name servers with IPv6 addresses")));
        } else {
            findings.add(Finding.of(
                    FindingId.NS_IPV6_OK,
                    Severity.OK,
                    zone,
                    "Name servers with IPv6 addresses: "
                            + servers.withIp6().stream()
                                    .map(s -> Words.name(s.name()))
                                    .collect(Collectors.joining(", "))
                            + "."));
        }
    }
}
