package org.hikyaku.check;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.caa.CaaIssuers;
import org.hikyaku.check.auth.caa.CaaParser;
import org.hikyaku.check.auth.caa.CaaProperty;
import org.hikyaku.check.auth.caa.CaaReport;
import org.hikyaku.check.auth.caa.CaaReport.Relevant;
import org.hikyaku.dns.Answer;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.x509.Certificate;
import org.xbill.DNS.Name;

/** CAA: who may issue for the hosts, and will the authority in use still be able to when the certificate ends? */
final class CaaExamination implements Examination {
    private final CaaIssuers issuers;

    CaaExamination(CaaIssuers issuers) {
        this.issuers = issuers;
    }

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        evidence.judgedAuth().ifPresent(auth -> {
            Map<Name, List<CaaReport>> byPlace = new LinkedHashMap<>();
            List<Name> without = new ArrayList<>();
            auth.caa().values().stream()
                    .sorted((a, b) -> a.host().compareTo(b.host()))
                    .forEach(report -> {
                        switch (report.set()) {
                            case Relevant.Found found ->
                                byPlace.computeIfAbsent(found.at(), _ -> new ArrayList<>())
                                        .add(report);
                            case Relevant.None _ -> without.add(report.host());
                            case Relevant.NotKnown not ->
                                notKnown(report, not.answer()).ifPresent(findings::add);
                        }
                    });
            byPlace.forEach((at, reports) -> {
                reports.getFirst().found().ifPresent(found -> syntax(found, findings));
                reports.forEach(r -> r.found().ifPresent(found -> issuer(evidence, r.host(), found, findings)));
            });
            if (!without.isEmpty()) {
                findings.add(absent(evidence, without));
            }
        });
        return findings;
    }

    private static Finding absent(Evidence evidence, List<Name> hosts) {
        return Finding.of(
                FindingId.CAA_ABSENT,
                Severity.NOTICE,
                evidence.domain(),
                "No CAA record says who may issue certificates for "
                        + Words.list(hosts.stream().map(Words::name).toList()) + ".",
                Mend.of(
                        "name the authority that you use, with the domain that it gives for CAA",
                        evidence.domain() + ". 3600 IN CAA 0 issue \"AUTHORITY\""));
    }

    private static Optional<Finding> notKnown(CaaReport report, Answer answer) {
        return Optional.of(Finding.of(
                FindingId.LOOKUP_FAILED,
                Severity.UNKNOWN,
                Words.name(report.host()),
                "Who may issue certificates is not known: the look-up of " + Words.question(answer)
                        + " did not succeed. Authorities do not issue then.",
                Mend.of("try again, with another resolver (--resolver ADDRESS) too; when it stays, ask the operator of"
                        + " the name servers")));
    }

    private static void syntax(Relevant.Found found, List<Finding> findings) {
        String subject = Words.name(found.at());
        for (CaaProperty property : found.properties()) {
            for (Fault fault : property.faults()) {
                findings.add(Finding.of(
                        FindingId.CAA_INVALID,
                        Severity.WARNING,
                        subject,
                        "The CAA record " + property.inWords() + " is wrong. " + fault.inWords()
                                + (property.tag().startsWith("issue")
                                        ? " Authorities read it as one that permits nobody."
                                        : ""),
                        Mend.of("correct or remove the record")));
            }
            if (!property.critical() && !CaaParser.isRegistered(property.tag())) {
                findings.add(Finding.of(
                        FindingId.CAA_INVALID,
                        Severity.NOTICE,
                        subject,
                        "The tag of the CAA record " + property.inWords() + " is unknown and is ignored.",
                        Mend.of("correct or remove the record")));
            }
        }
        for (CaaProperty property : found.criticalUnknown()) {
            findings.add(Finding.of(
                            FindingId.CAA_FORBIDS,
                            Severity.WARNING,
                            subject,
                            "The CAA record " + property.inWords()
                                    + " is critical and of a kind that authorities do not know: they must not issue.",
                            Mend.of("remove the record, or take its critical flag (128) away"))
                    .under("RFC 8659 4.1"));
        }
    }

    private void issuer(Evidence evidence, Name host, Relevant.Found found, List<Finding> findings) {
        Optional<Certificate> certificate = evidence.hosts().stream()
                .filter(h -> h.host().plan().host().equals(host))
                .flatMap(CaaExamination::certificates)
                .filter(c -> !c.isSelfIssued())
                .findFirst();
        String name = Words.name(host);
        if (certificate.isEmpty()) {
            if (found.criticalUnknown().isEmpty()) {
                ok(name, found, "", findings);
            }
            return;
        }
        String authority = certificate.get().issuer();
        Optional<List<String>> domains = issuers.of(certificate.get());
        if (domains.isEmpty()) {
            if (found.restricts() && found.criticalUnknown().isEmpty()) {
                findings.add(Finding.of(
                        FindingId.CAA_ISSUER_UNKNOWN,
                        Severity.NOTICE,
                        name,
                        "The CAA records at " + Words.name(found.at()) + " permit " + permitted(found)
                                + "; whether that is the authority of the certificate in use (" + authority
                                + ") is not known here.",
                        Mend.of("compare with what the authority says about CAA")));
            }
        } else if (found.permits(domains.get())) {
            ok(name, found, ", and " + authority + " is among them", findings);
        } else if (found.criticalUnknown().isEmpty()) {
            findings.add(Finding.of(
                    FindingId.CAA_FORBIDS,
                    Severity.WARNING,
                    name,
                    "The CAA records at " + Words.name(found.at()) + " permit " + permitted(found)
                            + ", and the certificate in use is from " + authority + " ("
                            + domains.get().getFirst()
                            + ").",
                    Mend.of(
                            "permit the authority in use before the certificate ends, or change the authority",
                            Words.name(found.at()) + ". 3600 IN CAA 0 issue \""
                                    + domains.get().getFirst() + "\"")));
        }
    }

    private static Stream<Certificate> certificates(HostEvidence host) {
        return host.addresses().stream()
                .map(Evidence.AddressEvidence::outcome)
                .filter(Established.class::isInstance)
                .flatMap(o -> ((Established) o).facts().chain().stream().limit(1));
    }

    private static String permitted(Relevant.Found found) {
        return found.issuers().isEmpty()
                ? "nobody"
                : "only " + found.issuers().stream().collect(Collectors.joining(", "));
    }

    private static void ok(String host, Relevant.Found found, String rest, List<Finding> findings) {
        findings.add(Finding.of(
                FindingId.CAA_OK,
                Severity.OK,
                host,
                found.restricts()
                        ? "The CAA records at " + Words.name(found.at()) + " permit " + permitted(found) + rest + "."
                        : "The CAA records at " + Words.name(found.at()) + " let every authority issue."));
    }
}
