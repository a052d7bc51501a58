package org.hikyaku.check;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.ServerSettings;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CommonName;
import org.hikyaku.x509.Fault;
import org.hikyaku.x509.NameMatch;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;
import org.hikyaku.x509.SignatureAlgorithm.Strength;
import org.hikyaku.x509.SubjectKey;

/**
 * The certificates that the servers show: described by {@code x509}, weighed by what the plan demands. What a sender
 * does about them is the verdict's matter, not decided here.
 */
final class CertificateExamination implements Examination {
    private static final Duration SOON = Duration.ofDays(14);

    /** Of a certificate that lives for a few days only, this part. */
    private static final int LAST_PART = 4;

    private static final int SMALLEST_RSA = 2048;

    private final PathFinder paths;
    private final ServerSettings settings = new ServerSettings();

    /** Within two weeks, or in the last quarter of a life that is shorter. */
    static boolean endsSoon(Certificate leaf, Instant now) {
        Duration part = Duration.between(leaf.notBefore(), leaf.notAfter()).dividedBy(LAST_PART);
        return now.plus(part.compareTo(SOON) < 0 ? part : SOON).isAfter(leaf.notAfter());
    }

    CertificateExamination(PathFinder paths) {
        this.paths = paths;
    }

    @Override
    public List<Finding> examine(Evidence evidence) {
        List<Finding> findings = new ArrayList<>();
        for (HostEvidence host : evidence.hosts()) {
            Map<List<Certificate>, AddressEvidence> byChain = new LinkedHashMap<>();
            for (AddressEvidence attempt : host.addresses()) {
                if (attempt.outcome() instanceof Established e && !e.facts().resumed()) {
                    byChain.putIfAbsent(e.facts().chain(), attempt);
                }
            }
            byChain.forEach(
                    (chain, attempt) -> findings.addAll(new OneChain(evidence, host, attempt, chain).examine()));
        }
        return findings;
    }

    /** One chain at one host. */
    private final class OneChain {
        private final Evidence evidence;
        private final HostEvidence host;
        private final AddressEvidence attempt;
        private final List<Certificate> chain;
        private final List<Finding> findings = new ArrayList<>();

        OneChain(Evidence evidence, HostEvidence host, AddressEvidence attempt, List<Certificate> chain) {
            this.evidence = evidence;
            this.host = host;
            this.attempt = attempt;
            this.chain = chain;
        }

        List<Finding> examine() {
            if (chain.isEmpty()) {
                add(
                        FindingId.CERT_ABSENT,
                        severity(),
                        "The server shows no certificate.",
                        Mend.of("give it one", file()));
                return findings;
            }
            Certificate leaf = chain.getFirst();
            dates(leaf);
            if (!NameMatch.matches(leaf, host.name(), CommonName.NEVER)) {
                List<String> names = leaf.dnsNames();
                add(
                        FindingId.CERT_NAME_MISMATCH,
                        severity(ResultType.CERTIFICATE_HOST_MISMATCH),
                        "The certificate is for "
                                + (names.isEmpty() ? "no DNS name" : Words.list(names))
                                + (names.isEmpty() && !leaf.commonNames().isEmpty()
                                        ? " (its common name "
                                                + leaf.commonNames().getLast() + " does not count)"
                                        : "")
                                + ", not for " + host.name() + ".",
                        Mend.of("have a certificate issued with the DNS name " + host.name(), file()));
            }
            trust(leaf);
            strength();
            if (findings.isEmpty()) {
                findings.add(Finding.of(
                        FindingId.CERT_OK,
                        Severity.OK,
                        host.name(),
                        "The certificate is for " + host.name() + ", issued by " + leaf.issuer() + ", good until "
                                + Words.time(leaf.notAfter()) + "."));
            }
            return findings;
        }

        private void dates(Certificate leaf) {
            Instant now = evidence.at();
            if (now.isAfter(leaf.notAfter())) {
                add(
                        FindingId.CERT_EXPIRED,
                        severity(ResultType.CERTIFICATE_EXPIRED),
                        "The certificate ended " + Words.time(leaf.notAfter()) + ", "
                                + Words.span(Duration.between(leaf.notAfter(), now)) + " ago.",
                        Mend.of(
                                "renew it, see why that did not happen by itself, and have the server read the new file",
                                file()));
            } else if (now.isBefore(leaf.notBefore())) {
                add(
                        FindingId.CERT_NOT_YET_VALID,
                        severity(ResultType.CERTIFICATE_EXPIRED),
                        "The certificate begins only " + Words.time(leaf.notBefore()) + ".",
                        Mend.of("see whether the clock of the server or of its authority is right"));
            } else if (endsSoon(leaf, now)) {
                add(
                        FindingId.CERT_EXPIRING,
                        capped(Severity.WARNING),
                        "The certificate ends " + Words.time(leaf.notAfter()) + ", in "
                                + Words.span(Duration.between(now, leaf.notAfter())) + ".",
                        Mend.of("renew it"));
            }
        }

        private void trust(Certificate leaf) {
            boolean inDates =
                    !evidence.at().isAfter(leaf.notAfter()) && !evidence.at().isBefore(leaf.notBefore());
            PathResult result = inDates ? paths.find(chain, evidence.at()) : paths.findIgnoringDates(chain);
            switch (result) {
                case PathResult.Trusted trusted -> {
                    if (!inOrder(trusted.path())) {
                        add(
                                FindingId.CHAIN_ORDER,
                                capped(Severity.WARNING),
                                "The chain is sent as " + labels() + ", not each before its issuer.",
                                Mend.of(
                                        "put the certificates into the file in this order: the server's own, then each"
                                                + " one's issuer; the root may be left out",
                                        file()));
                    }
                }
                case PathResult.Untrusted untrusted -> untrusted(untrusted);
            }
        }

        private void untrusted(PathResult.Untrusted untrusted) {
            String seen = Words.capital(untrusted.sentence());
            if (untrusted.fault() == Fault.EXPIRED || untrusted.fault() == Fault.NOT_YET_VALID) {
                add(
                        FindingId.CERT_EXPIRED,
                        severity(ResultType.CERTIFICATE_EXPIRED),
                        seen,
                        Mend.of("have the server send the present certificates of its authority", file()));
            } else if (untrusted.fault() == Fault.NO_ANCHOR && endsInTheAir()) {
                add(
                        FindingId.CHAIN_INCOMPLETE,
                        severity(ResultType.CERTIFICATE_NOT_TRUSTED),
                        seen,
                        Mend.of(
                                "have the server send the intermediate certificates after its own (the authority's"
                                        + " \"full chain\")",
                                file()));
            } else {
                add(
                        FindingId.CERT_UNTRUSTED,
                        severity(ResultType.CERTIFICATE_NOT_TRUSTED),
                        seen,
                        Mend.of(
                                "have a certificate issued by a public authority, or rely on DANE with a 3 1 1 record",
                                file()));
            }
        }

        /** Following issuers from the leaf ends at a certificate whose issuer was not sent. */
        private boolean endsInTheAir() {
            Certificate last = chain.getFirst();
            for (int i = 0; i < chain.size() && !last.isSelfIssued(); i++) {
                String issuer = last.issuer();
                List<Certificate> issuers =
                        chain.stream().filter(c -> c.subject().equals(issuer)).toList();
                if (issuers.isEmpty()) {
                    return true;
                }
                last = issuers.getFirst();
            }
            return false;
        }

        private boolean inOrder(List<Certificate> path) {
            int last = -1;
            for (Certificate certificate : path) {
                int at = chain.indexOf(certificate);
                if (at >= 0 && at < last) {
                    return false;
                }
                last = Math.max(at, last);
            }
            return true;
        }

        private void strength() {
            for (Certificate certificate : chain) {
                SubjectKey key = certificate.key();
                boolean rsa =
                        key.algorithm() == SubjectKey.Algorithm.RSA || key.algorithm() == SubjectKey.Algorithm.RSA_PSS;
                if (rsa && key.bits() < SMALLEST_RSA) {
                    add(
                            FindingId.CERT_WEAK_KEY,
                            Severity.WARNING,
                            "The key of the certificate for " + certificate.label() + " is " + key.title() + ".",
                            Mend.of(
                                    "use a new key: EC P-256, or RSA with at least 2048 bits",
                                    settings.of("certificate_key", host.name())));
                }
                Strength strength = certificate.signatureAlgorithm().strength();
                // Nobody relies on the signature that a root makes over itself.
                if (!certificate.isSelfIssued() && (strength == Strength.WEAK || strength == Strength.BROKEN)) {
                    add(
                            FindingId.CERT_WEAK_SIGNATURE,
                            Severity.WARNING,
                            "The certificate for " + certificate.label() + " is signed with "
                                    + certificate.signatureAlgorithm().title() + ".",
                            Mend.of("have it issued anew", settings.of("certificate_signature", host.name())));
                }
            }
        }

        /** Where each software is told of the certificate. */
        private Map<String, List<String>> file() {
            return settings.of("certificate_file", host.name());
        }

        private String labels() {
            return Words.list(chain.stream().map(Certificate::label).toList());
        }

        private void add(FindingId id, Severity severity, String seen, Mend mend) {
            String rule = attempt.verdict() instanceof Verdict.Refused refused && severity == Severity.ERROR
                    ? refused.refusal().rule()
                    : id.rule();
            findings.add(Finding.of(id, severity, host.name(), seen, mend).under(rule));
        }

        /** What is wrong with a certificate is an error where it is refused for just that, or a policy asks for it. */
        private Severity severity(ResultType type) {
            if (attempt.verdict() instanceof Verdict.Refused refused
                    && refused.refusal().type().filter(type::equals).isPresent()) {
                return Severity.ERROR;
            }
            return severity();
        }

        private Severity severity() {
            if (evidence.stsEnforced()) {
                return Severity.ERROR; // senders without DANE go by the policy (S8)
            }
            return switch (host.requirement()) {
                case Requirement.Dane _ -> Severity.NOTICE; // D11: the record decides, not the certificate's contents
                case Requirement.Opportunistic _, Requirement.Encrypt _, Requirement.DoNotUse _ -> Severity.WARNING;
                case Requirement.StsPkix _, Requirement.Both _, Requirement.VerifiedName _, Requirement.Configured _ ->
                    Severity.ERROR;
            };
        }

        private Severity capped(Severity worst) {
            Severity severity = severity();
            return severity.compareTo(worst) < 0 ? worst : severity;
        }
    }
}
