package org.hikyaku.check;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.check.grade.ServerSettings;
import org.hikyaku.dns.Content;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.PolicyFetch;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.StsFormatException;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.StsPolicyParser;
import org.hikyaku.policy.StsProblem;
import org.hikyaku.policy.StsRecord;

/** MTA-STS: is a policy announced, can it be had, what does it ask, does it name the MX hosts? */
final class StsExamination implements Examination {
    private final ServerSettings settings = new ServerSettings();
    /** RFC 8461 section 3.2 wants weeks; senders ask again daily at most. */
    private static final Duration SHORT = Duration.ofDays(1);

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    @Override
    public List<Finding> examine(Evidence evidence) {
        if (!(evidence.route() instanceof Route.Hosts)) {
            return List.of();
        }
        return switch (evidence.observation().sts()) {
            case StsObservation.NoPolicy none -> none(evidence, none);
            case StsObservation.Unavailable unavailable -> List.of(problem(evidence, unavailable.problem()));
            case StsObservation.InForce inForce -> inForce(evidence, inForce);
            case StsObservation.Unknown _ -> List.of(); // the answer itself is a finding of DnssecExamination
        };
    }

    private static List<Finding> none(Evidence evidence, StsObservation.NoPolicy none) {
        boolean published =
                Answers.content(none.record()).filter(StsExamination::announces).isPresent();
        if (published) {
            return List.of(Finding.of(
                    FindingId.STS_RECORD_INVALID,
                    Severity.ERROR,
                    recordName(evidence),
                    none.why(),
                    Mend.of("publish exactly one record, with a new id", record(evidence))));
        }
        boolean dane = evidence.mxSecure()
                && !evidence.hosts().isEmpty()
                && evidence.hosts().stream()
                        .filter(h -> !nowhere(h))
                        .allMatch(h -> Answers.secureTlsa(h).isPresent());
        List<String> lines = new ArrayList<>(
                List.of(record(evidence), "https://mta-sts." + evidence.domain() + "/.well-known/mta-sts.txt:"));
        lines.addAll(policy(evidence, "testing"));
        return List.of(Finding.of(
                FindingId.STS_ABSENT,
                dane ? Severity.NOTICE : Severity.WARNING,
                evidence.domain(),
                evidence.domain() + " has no MTA-STS policy.",
                new Mend("publish a policy, first in mode testing, and the record that announces it", lines)));
    }

    private static boolean announces(Content content) {
        return !(StsRecord.read(content) instanceof StsRecord.Reading.Absent);
    }

    /** An MX record that leads nowhere is a finding of its own, not a host without DANE. */
    private static boolean nowhere(HostEvidence host) {
        return host.requirement() instanceof Requirement.DoNotUse not && not.cause() == Cause.NO_ADDRESS;
    }

    private Finding problem(Evidence evidence, StsProblem problem) {
        String host = "mta-sts." + evidence.domain();
        if (problem.type() == ResultType.STS_WEBPKI_INVALID) {
            return Finding.of(
                    FindingId.STS_WEBPKI_INVALID,
                    Severity.ERROR,
                    host,
                    problem.sentence(),
                    Mend.of(
                            "give the policy host a certificate for " + host + " from a public authority, with its"
                                    + " intermediate certificates",
                            settings.of("policy_certificate", host)));
        }
        if (problem.type() == ResultType.STS_POLICY_INVALID) {
            List<String> lines = policy(evidence, "testing");
            return Finding.of(
                    FindingId.STS_POLICY_INVALID,
                    Severity.ERROR,
                    host,
                    problem.sentence(),
                    new Mend("serve a valid policy, then change the id of the record", lines));
        }
        return Finding.of(
                FindingId.STS_POLICY_UNREACHABLE,
                Severity.ERROR,
                host,
                problem.sentence(),
                Mend.of(
                        "serve the policy at https://" + host + "/.well-known/mta-sts.txt itself, with status 200 and"
                                + " without redirects, or remove the record " + recordName(evidence),
                        settings.of("policy_file", host)));
    }

    /** The policy host's own certificate, by the measure of the MX hosts' certificates. */
    private static Optional<Finding> expiring(Evidence evidence, StsObservation.InForce inForce) {
        return inForce.fetch()
                .flatMap(f -> f.chain().stream().findFirst())
                .filter(leaf -> CertificateExamination.endsSoon(leaf, evidence.at()))
                .map(leaf -> Finding.of(
                        FindingId.STS_WEB_EXPIRING,
                        Severity.WARNING,
                        "mta-sts." + evidence.domain(),
                        "The certificate of the policy host ends " + Words.time(leaf.notAfter()) + ", in "
                                + Words.span(Duration.between(evidence.at(), leaf.notAfter())) + ".",
                        Mend.of("renew it, and see that this happens by itself from now on")));
    }

    private List<Finding> inForce(Evidence evidence, StsObservation.InForce inForce) {
        List<Finding> findings = new ArrayList<>();
        inForce.problem().ifPresent(p -> findings.add(problem(evidence, p)));
        StsPolicy policy = inForce.policy();
        String host = "mta-sts." + evidence.domain();
        switch (policy.mode()) {
            case NONE ->
                findings.add(Finding.of(
                        FindingId.STS_NONE,
                        Severity.NOTICE,
                        evidence.domain(),
                        "The MTA-STS policy of " + evidence.domain() + " is in mode none.",
                        Mend.of("when no sender can have the old policy any more, remove the record and the file; or"
                                + " serve a policy again")));
            case TESTING ->
                findings.add(Finding.of(
                        FindingId.STS_TESTING,
                        Severity.WARNING,
                        evidence.domain(),
                        "The MTA-STS policy of " + evidence.domain() + " is in mode testing.",
                        new Mend(
                                "when the reports show no failures, change the mode to enforce, then the id of the record",
                                List.of("mode: enforce", record(evidence)))));
            case ENFORCE -> {}
        }
        if (policy.mode() != StsPolicy.Mode.NONE) {
            expiring(evidence, inForce).ifPresent(findings::add);
            findings.addAll(mismatches(evidence, policy));
            if (policy.maxAge().compareTo(SHORT) < 0) {
                findings.add(Finding.of(
                        FindingId.STS_MAX_AGE_SHORT,
                        Severity.WARNING,
                        host,
                        "The policy lives for " + policy.maxAge().toSeconds() + " s only.",
                        Mend.of("let it live for some weeks", "max_age: 2592000")));
            }
            inForce.fetch().ifPresent(fetch -> findings.addAll(warnings(host, fetch)));
        }
        if (findings.stream().allMatch(f -> f.severity() == Severity.NOTICE && f.id() != FindingId.STS_NONE)) {
            findings.add(Finding.of(
                    FindingId.STS_OK,
                    Severity.OK,
                    evidence.domain(),
                    "The MTA-STS policy is in mode enforce and names every MX host."));
        }
        return findings;
    }

    /** What does not void the policy: about the file's text, and about how it is served. */
    private List<Finding> warnings(String host, PolicyFetch fetch) {
        List<String> ofText = fetch.body().map(StsExamination::textWarnings).orElse(List.of());
        return fetch.warnings().stream()
                .map(w -> ofText.contains(w)
                        ? Finding.of(
                                FindingId.STS_POLICY_STYLE,
                                Severity.NOTICE,
                                host,
                                w,
                                Mend.of("mend that line of the policy"))
                        : Finding.of(
                                FindingId.STS_CONTENT_TYPE,
                                Severity.WARNING,
                                host,
                                w,
                                Mend.of(
                                        "serve the file as plain text (Content-Type: text/plain)",
                                        settings.of("policy_file", host))))
                .toList();
    }

    private static List<String> textWarnings(String body) {
        try {
            return StsPolicyParser.parse(body.getBytes(StandardCharsets.UTF_8)).warnings();
        } catch (StsFormatException e) {
            throw new IllegalStateException("the policy was read before", e);
        }
    }

    private static List<Finding> mismatches(Evidence evidence, StsPolicy policy) {
        boolean enforced = policy.mode() == StsPolicy.Mode.ENFORCE;
        return evidence.hosts().stream()
                .filter(h -> !nowhere(h) && !policy.names(h.host().plan().host()))
                .map(h -> Finding.of(
                        FindingId.STS_MX_MISMATCH,
                        enforced ? Severity.ERROR : Severity.WARNING,
                        h.name(),
                        "The MTA-STS policy of " + evidence.domain() + " names "
                                + Words.list(policy.mx().stream()
                                        .map(Object::toString)
                                        .toList())
                                + ", but not the MX host " + h.name() + ".",
                        Mend.of(
                                "add the host to the policy, then change the id of the record",
                                "mx: " + h.name(),
                                record(evidence))))
                .toList();
    }

    private static String recordName(Evidence evidence) {
        return "_mta-sts." + evidence.domain();
    }

    private static String record(Evidence evidence) {
        return recordName(evidence) + ". 3600 IN TXT \"v=STSv1; id=" + ID.format(evidence.at()) + "\"";
    }

    private static List<String> policy(Evidence evidence, String mode) {
        List<String> lines = new ArrayList<>(List.of("version: STSv1", "mode: " + mode));
        evidence.hosts().stream().filter(h -> !nowhere(h)).forEach(h -> lines.add("mx: " + h.name()));
        lines.add("max_age: 604800");
        return lines;
    }
}
