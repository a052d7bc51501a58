package org.hikyaku.check;

import java.net.Inet6Address;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.Evidence.Untried;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement.DoNotUse;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.HostAddresses;
import org.hikyaku.policy.Route;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.smtp.SessionOutcome.NotReached.Reason;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Name;

/** The MX set: is there one, does it lead to hosts, do their addresses answer? */
final class MxExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        return switch (evidence.route()) {
            case Route.NoMail noMail -> noMail(evidence, noMail);
            case Route.Unknown _ -> List.of(); // the answer itself is a finding of DnssecExamination
            case Route.Hosts _ -> hosts(evidence);
        };
    }

    private static List<Finding> noMail(Evidence evidence, Route.NoMail noMail) {
        String domain = evidence.domain();
        return switch (noMail.reason()) {
            case NULL_MX -> List.of(Finding.of(FindingId.MX_NULL, Severity.NOTICE, domain, noMail.why()));
            case NO_SUCH_DOMAIN ->
                List.of(Finding.of(
                        FindingId.DOMAIN_NONEXISTENT,
                        Severity.ERROR,
                        domain,
                        noMail.why(),
                        Mend.of("check the spelling, or register the domain")));
            case NO_ADDRESS -> nowhere(evidence, noMail);
        };
    }

    private static List<Finding> nowhere(Evidence evidence, Route.NoMail noMail) {
        List<MXRecord> records = records(evidence);
        if (records.isEmpty()) {
            return List.of(Finding.of(
                    FindingId.MX_NONE,
                    Severity.WARNING,
                    evidence.domain(),
                    noMail.why(),
                    Mend.of(
                            "say that the domain takes no mail, or publish its MX records",
                            evidence.domain() + ". 3600 IN MX 0 .")));
        }
        List<Finding> findings = new ArrayList<>(literals(records));
        records.stream()
                .map(MXRecord::getTarget)
                .distinct()
                .filter(target -> !HostAddresses.isLiteral(target))
                .forEach(target -> findings.add(dangling(Severity.ERROR, evidence.domain(), target)));
        return findings;
    }

    private static List<Finding> hosts(Evidence evidence) {
        List<MXRecord> records = records(evidence);
        List<Finding> findings = new ArrayList<>(literals(records));
        if (records.isEmpty()) {
            findings.add(Finding.of(
                    FindingId.MX_NONE_IMPLICIT,
                    Severity.NOTICE,
                    evidence.domain(),
                    evidence.domain() + " has no MX record, so mail goes to its own address.",
                    Mend.of("say where mail goes", evidence.domain() + ". 3600 IN MX 10 " + evidence.domain() + ".")));
        }
        if (records.size() > 1 && records.stream().anyMatch(r -> r.getTarget().equals(Name.root))) {
            findings.add(Finding.of(
                    FindingId.MX_NULL_WITH_OTHERS,
                    Severity.WARNING,
                    evidence.domain(),
                    "A null MX (\"0 .\") stands beside other MX records.",
                    Mend.of("remove the null MX record, or all others")));
        }
        findings.addAll(duplicates(evidence, records));
        for (HostEvidence host : evidence.hosts()) {
            if (host.requirement() instanceof DoNotUse not
                    && not.cause() == Cause.NO_ADDRESS
                    && !HostAddresses.isLiteral(host.host().plan().host())) {
                // mail still goes to the others: a route of hosts has at least one with addresses
                findings.add(dangling(
                        Severity.WARNING, evidence.domain(), host.host().plan().host()));
            }
            if (!records.isEmpty()) {
                findings.addAll(alias(host));
            }
        }
        findings.addAll(reachability(evidence));
        ipv6(evidence).ifPresent(findings::add);
        return findings;
    }

    private static List<MXRecord> records(Evidence evidence) {
        return Answers.content(evidence.observation().mx()).stream()
                .flatMap(c -> c.recordsOrNone().stream())
                .filter(MXRecord.class::isInstance)
                .map(MXRecord.class::cast)
                .toList();
    }

    private static List<Finding> literals(List<MXRecord> records) {
        return records.stream()
                .map(MXRecord::getTarget)
                .distinct()
                .filter(HostAddresses::isLiteral)
                .map(target -> Finding.of(
                        FindingId.MX_ADDRESS_LITERAL,
                        Severity.ERROR,
                        Words.name(target),
                        "An MX record names the IP address " + Words.name(target) + " where a host name must stand.",
                        Mend.of(
                                "give the address a name and put that name into the MX record",
                                "mx IN A " + Words.name(target),
                                "@ IN MX 10 mx")))
                .toList();
    }

    private static Finding dangling(Severity severity, String domain, Name target) {
        return Finding.of(
                FindingId.MX_DANGLING,
                severity,
                Words.name(target),
                "An MX record of " + domain + " names " + Words.name(target) + ", which has no address.",
                Mend.of("give the host an address, or remove the MX record that names it"));
    }

    private static List<Finding> duplicates(Evidence evidence, List<MXRecord> records) {
        Map<Name, Integer> seen = new HashMap<>();
        records.forEach(r -> seen.merge(r.getTarget(), 1, Integer::sum));
        return records.stream()
                .map(MXRecord::getTarget)
                .distinct()
                .filter(target -> seen.getOrDefault(target, 0) > 1)
                .map(target -> Finding.of(
                        FindingId.MX_DUPLICATE,
                        Severity.WARNING,
                        Words.name(target),
                        seen.get(target) + " MX records of " + evidence.domain() + " name " + Words.name(target) + ".",
                        Mend.of("keep one of them")))
                .toList();
    }

    private static List<Finding> alias(HostEvidence host) {
        return host.observed().stream()
                .flatMap(o -> List.of(o.a(), o.aaaa()).stream())
                .filter(a -> Answers.content(a)
                        .map(Content::aliases)
                        .filter(l -> !l.isEmpty())
                        .isPresent())
                .limit(1)
                .map(answer -> alias(host.name(), answer))
                .toList();
    }

    private static Finding alias(String host, Answer answer) {
        String target = Answers.content(answer)
                .map(c -> Words.name(c.canonicalName(answer.question())))
                .orElse(host);
        return Finding.of(
                FindingId.MX_CNAME,
                Severity.WARNING,
                host,
                "The MX host " + host + " is an alias (CNAME) of " + target + ".",
                Mend.of("name " + target + " in the MX record, or give " + host + " addresses of its own"));
    }

    /** Which addresses nobody answers at. Silence may be our own network's; a closed port is theirs. */
    private static List<Finding> reachability(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        boolean somebodyAnswers = evidence.hosts().stream()
                .flatMap(h -> h.addresses().stream())
                .anyMatch(a -> !(a.outcome() instanceof NotReached));
        boolean allAnswer = true;
        for (HostEvidence host : evidence.hosts()) {
            List<AddressEvidence> lost = host.addresses().stream()
                    .filter(a -> a.outcome() instanceof NotReached)
                    .filter(a -> !noIpv6Here(a) || allOverIpv6(host))
                    .toList();
            if (host.untried().isPresent()) {
                allAnswer = false; // not known
                findings.add(untried(host, host.untried().get()));
            }
            if (!lost.isEmpty()) {
                allAnswer = false;
                findings.add(unreachable(host, lost, somebodyAnswers));
            }
        }
        if (somebodyAnswers && allAnswer) {
            findings.add(Finding.of(
                    FindingId.MX_OK, Severity.OK, evidence.domain(), "Every address of every MX host answers."));
        }
        return findings;
    }

    /** Hosts that are known to have no IPv6 address. */
    private static Optional<Finding> ipv6(Evidence evidence) {
        List<HostObservation> observed = evidence.hosts().stream()
                .flatMap(h -> h.observed().stream())
                .filter(o -> !Answers.addressless(o))
                .toList();
        List<String> without = observed.stream()
                .filter(o -> Answers.content(o.aaaa())
                        .filter(c -> c.recordsOrNone().isEmpty())
                        .isPresent())
                .map(o -> Words.name(o.host()))
                .toList();
        if (!without.isEmpty()) {
            return Optional.of(Finding.of(
                    FindingId.MX_IPV6_ABSENT,
                    Severity.NOTICE,
                    evidence.domain(),
                    Words.list(without) + (without.size() == 1 ? " has" : " have") + " no IPv6 address.",
                    Mend.of("give each MX host an IPv6 address, and open port 25 there")));
        }
        boolean all = !observed.isEmpty() && observed.stream().allMatch(o -> Answers.hasRecords(o.aaaa()));
        return all
                ? Optional.of(Finding.of(
                        FindingId.MX_IPV6_OK, Severity.OK, evidence.domain(), "Every MX host has an IPv6 address."))
                : Optional.empty();
    }

    private static Finding untried(HostEvidence host, Untried untried) {
        return Finding.of(
                FindingId.MX_UNTRIED,
                Severity.NOTICE,
                host.name(),
                (untried.of() == 1
                                ? "The only address of " + host.name() + " was"
                                : untried.addresses() + " of the " + untried.of() + " addresses of " + host.name()
                                        + " were")
                        + " not tried: more than the limit of "
                        + untried.limit().value() + " "
                        + untried.limit().name() + ".");
    }

    private static Finding unreachable(HostEvidence host, List<AddressEvidence> lost, boolean somebodyAnswers) {
        Set<String> seen = new LinkedHashSet<>();
        lost.forEach(a -> seen.add(Words.sentence(
                Words.address(a.address().getAddress()) + ": " + ((NotReached) a.outcome()).sentence())));
        boolean mayBeOurs = lost.stream().allMatch(a -> mayBeOurs(((NotReached) a.outcome()).reason()));
        boolean forNow = lost.stream().allMatch(a -> ((NotReached) a.outcome()).reason() == Reason.TURNED_AWAY_FOR_NOW);
        Severity severity = forNow || mayBeOurs && !somebodyAnswers
                ? Severity.UNKNOWN
                : somebodyAnswers ? Severity.WARNING : Severity.ERROR;
        Mend mend = severity == Severity.UNKNOWN
                ? Mend.of("try again later, or from another network: many block port 25 on the way out")
                : Mend.of(
                        lost.stream().allMatch(a -> answersBadly(((NotReached) a.outcome()).reason()))
                                ? "have a mail server answer there, with a greeting and replies as RFC 5321 has them, or"
                                        + " remove the address"
                                : "start the server there or open its port, or remove the address");
        return Finding.of(FindingId.MX_UNREACHABLE, severity, host.name(), String.join(" ", seen), mend);
    }

    /** Something is there, but it does not speak SMTP as it should. */
    private static boolean answersBadly(Reason reason) {
        return switch (reason) {
            case BROKEN, LIMIT -> true;
            case REFUSED, TIMEOUT, NO_ROUTE, TURNED_AWAY_FOR_NOW, TURNED_AWAY -> false;
        };
    }

    private static boolean mayBeOurs(Reason reason) {
        return switch (reason) {
            case TIMEOUT, NO_ROUTE, TURNED_AWAY_FOR_NOW -> true;
            case REFUSED, BROKEN, TURNED_AWAY, LIMIT -> false;
        };
    }

    /** No way to any IPv6 address is a property of this machine; it is said once for the whole run. */
    static boolean noIpv6Here(AddressEvidence attempt) {
        return attempt.address().getAddress() instanceof Inet6Address
                && attempt.outcome() instanceof NotReached not
                && not.reason() == Reason.NO_ROUTE;
    }

    private static boolean allOverIpv6(HostEvidence host) {
        return host.addresses().stream().allMatch(MxExamination::noIpv6Here);
    }

    /** For messages: the addresses of these attempts. */
    static String addresses(List<AddressEvidence> attempts) {
        return attempts.stream()
                .map(a -> Words.address(a.address().getAddress()))
                .distinct()
                .collect(Collectors.joining(", "));
    }
}
