package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.Name;

/** Do the addresses of one host, and the hosts of one provider, show the same? */
final class AgreementExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        evidence.hosts().forEach(h -> findings.addAll(addresses(h)));
        findings.addAll(hosts(evidence));
        return findings;
    }

    private static List<Finding> addresses(HostEvidence host) {
        List<AddressEvidence> reached = host.addresses().stream()
                .filter(a -> !(a.outcome() instanceof NotReached))
                .toList();
        Map<String, List<AddressEvidence>> sights = bySight(reached);
        if (sights.size() < 2) {
            return List.of();
        }
        // It depends on the address whether mail comes, or how safely: that is more than a curiosity.
        boolean matters =
                reached.stream().map(a -> kind(a.verdict())).distinct().count() > 1;
        String seen = sights.entrySet().stream()
                .map(e -> MxExamination.addresses(e.getValue()) + ": " + e.getKey())
                .collect(Collectors.joining("; "));
        return List.of(Finding.of(
                FindingId.MX_ADDRESSES_DIFFER,
                matters ? Severity.WARNING : Severity.NOTICE,
                host.name(),
                "The addresses of " + host.name() + " show different things. " + seen + ".",
                Mend.of("give all addresses of a host the same certificate and settings, or each server a name of its"
                        + " own in an MX record of its own")));
    }

    private static Map<String, List<AddressEvidence>> bySight(List<AddressEvidence> attempts) {
        Map<String, List<AddressEvidence>> sights = new LinkedHashMap<>();
        attempts.forEach(a -> sights.computeIfAbsent(sight(a.outcome()), _ -> new ArrayList<>())
                .add(a));
        return sights;
    }

    /** What a sender sees of a server, without what differs by chance or by name. */
    private static String sight(SessionOutcome outcome) {
        return switch (outcome) {
            case NotReached _ -> "not reached";
            case SessionOutcome.NoStartTls no -> no.refusal().isPresent() ? "STARTTLS refused" : "no STARTTLS";
            case SessionOutcome.HandshakeFailed _ -> "handshake failed";
            case Established established ->
                established.facts().version().title() + ", "
                        + established.facts().chain().stream()
                                .findFirst()
                                .map(AgreementExamination::certificate)
                                .orElse("no certificate")
                        + ", offers "
                        + String.join(
                                " ",
                                new TreeSet<>(established.ehlo().extensions().keySet()));
        };
    }

    private static String certificate(Certificate leaf) {
        return "certificate " + java.util.HexFormat.of().formatHex(leaf.sha256(), 0, 8) + "… until "
                + Words.time(leaf.notAfter());
    }

    private static String kind(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Authenticated _ -> "authenticated";
            case Verdict.Unauthenticated open -> open.encrypted() ? "encrypted" : "clear";
            case Verdict.Refused _ -> "refused";
            case Verdict.NotJudged _ -> "not judged";
        };
    }

    /** Hosts that differ only in their first label are of one provider, and should be alike. */
    private static List<Finding> hosts(Evidence evidence) {
        Map<Name, List<HostEvidence>> providers = new LinkedHashMap<>();
        for (HostEvidence host : evidence.hosts()) {
            Name name = host.host().plan().host();
            if (name.labels() > 2 && !promises(host).isEmpty()) {
                providers
                        .computeIfAbsent(new Name(name, 1), _ -> new ArrayList<>())
                        .add(host);
            }
        }
        List<Finding> findings = new ArrayList<>();
        providers.forEach((provider, hosts) -> {
            Map<String, List<String>> byPromise = new LinkedHashMap<>();
            hosts.forEach(h -> byPromise
                    .computeIfAbsent(promises(h), _ -> new ArrayList<>())
                    .add(h.name()));
            if (byPromise.size() > 1) {
                findings.add(Finding.of(
                        FindingId.MX_HOSTS_DIFFER,
                        Severity.NOTICE,
                        evidence.domain(),
                        "The MX hosts below " + Words.name(provider) + " differ. "
                                + byPromise.entrySet().stream()
                                        .map(e -> Words.list(e.getValue()) + ": " + e.getKey())
                                        .collect(Collectors.joining("; "))
                                + ".",
                        Mend.of("bring the weaker hosts up to the best: an attacker chooses the weakest")));
            }
        });
        return findings;
    }

    /** TLS or not, its version, DANE or not, REQUIRETLS or not; empty when no address was reached. */
    private static String promises(HostEvidence host) {
        Set<String> words = new LinkedHashSet<>();
        for (AddressEvidence attempt : host.addresses()) {
            switch (attempt.outcome()) {
                case NotReached _ -> {
                    // says nothing
                }
                case SessionOutcome.NoStartTls _, SessionOutcome.HandshakeFailed _ -> words.add("no TLS");
                case Established established -> {
                    words.add(established.facts().version().title());
                    if (established.ehlo().offers("REQUIRETLS")) {
                        words.add("REQUIRETLS");
                    }
                }
            }
        }
        if (words.isEmpty()) {
            return "";
        }
        words.add(Answers.secureTlsa(host).isPresent() ? "TLSA records" : "no TLSA records");
        return String.join(", ", words);
    }
}
