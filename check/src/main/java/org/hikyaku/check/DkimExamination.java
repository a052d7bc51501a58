package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.hikyaku.check.auth.Fault;
import org.hikyaku.check.auth.MailAuth;
import org.hikyaku.check.auth.dkim.DkimKey;
import org.hikyaku.check.auth.dkim.DkimReport;
import org.hikyaku.check.auth.dkim.DkimReport.Outcome;
import org.hikyaku.check.auth.dkim.DkimReport.Selector;
import org.hikyaku.dns.Answer;

/** DKIM: what keys are there, and do they hold? A miss is not an absence. */
final class DkimExamination implements Examination {
    /** RFC 8301 section 3.2: signers must use at least 1024 bits and should use at least 2048. */
    private static final int LEAST_BITS = 1024;

    private static final int GOOD_BITS = 2048;

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.judgedAuth().map(auth -> examine(evidence, auth)).orElse(List.of());
    }

    private static List<Finding> examine(Evidence evidence, MailAuth auth) {
        DkimReport report = auth.dkim();
        List<Finding> findings = new ArrayList<>();
        boolean good = false;
        for (Selector selector : report.selectors()) {
            switch (selector.outcome()) {
                case Outcome.Found found -> {
                    int before = findings.size();
                    key(selector, found.key(), findings);
                    good |= findings.size() == before && !found.key().revoked();
                }
                case Outcome.Several several ->
                    findings.add(Finding.of(
                                    FindingId.DKIM_INVALID,
                                    Severity.WARNING,
                                    owner(selector),
                                    "There are " + several.keys().size()
                                            + " keys at one selector; what verifiers do with that is not defined.",
                                    Mend.of("give each key a selector of its own"))
                            .under("RFC 6376 3.6.2.2"));
                case Outcome.NotThere _ -> {
                    if (report.given()) {
                        findings.add(
                                Finding.of(
                                        FindingId.DKIM_SELECTOR_ABSENT,
                                        Severity.WARNING,
                                        owner(selector),
                                        "There is no DKIM key at this selector.",
                                        Mend.of(
                                                "publish the public key of the signing server there, or correct the selector")));
                    }
                }
                case Outcome.NotKnown not ->
                    unknown(report, selector, not.answer()).ifPresent(findings::add);
            }
        }
        switch (report.presence()) {
            case FOUND -> {
                if (good) {
                    findings.add(Finding.of(
                            FindingId.DKIM_OK,
                            Severity.OK,
                            evidence.domain(),
                            "Keys were seen: " + keys(report) + "."));
                }
            }
            case NOT_THERE -> absent(evidence, auth, findings);
            case NOT_KNOWN -> {
                if (!report.given() && !MailAuthWords.sendsNothing(auth)) {
                    findings.add(Finding.of(
                            FindingId.DKIM_UNSEEN,
                            Severity.NOTICE,
                            evidence.domain(),
                            "No key was found at the " + report.selectors().size()
                                    + " selectors that many use, and there may be some at others: _domainkey."
                                    + evidence.domain() + " exists.",
                            Mend.of("name the selector, which stands as s= in the DKIM-Signature of your mails:"
                                    + " --dkim-selector NAME")));
                }
            }
            case FAILED -> {} // the answer itself is a finding of DnssecExamination
        }
        return findings;
    }

    private static void absent(Evidence evidence, MailAuth auth, List<Finding> findings) {
        if (MailAuthWords.sendsNothing(auth)) {
            return; // a domain that says that it sends no mail need not sign any
        }
        findings.add(Finding.of(
                FindingId.DKIM_ABSENT,
                Severity.WARNING,
                evidence.domain(),
                "There are no DKIM keys at all: _domainkey." + evidence.domain()
                        + " does not exist, and so nothing below it does.",
                Mend.of("have the sending server sign with DKIM, and publish its public key at"
                        + " SELECTOR._domainkey." + evidence.domain())));
    }

    private static Optional<Finding> unknown(DkimReport report, Selector selector, Answer answer) {
        // Guessed selectors that give no answer say no more than those that have no key.
        return report.given()
                ? Optional.of(Finding.of(
                        FindingId.LOOKUP_FAILED,
                        Severity.UNKNOWN,
                        owner(selector),
                        "Whether there is a DKIM key is not known: the look-up of " + Words.question(answer)
                                + " did not succeed.",
                        Mend.of("try again, with another resolver (--resolver ADDRESS) too")))
                : Optional.empty();
    }

    private static void key(Selector selector, DkimKey key, List<Finding> findings) {
        String subject = owner(selector);
        for (Fault fault : key.faults()) {
            findings.add(Finding.of(
                    FindingId.DKIM_INVALID,
                    Severity.WARNING,
                    subject,
                    "The key cannot be used. " + fault.inWords(),
                    Mend.of("publish the key again as the signing server shows it, in one record of strings of at most"
                            + " 255 characters each")));
        }
        if (key.revoked()) {
            findings.add(Finding.of(
                    FindingId.DKIM_REVOKED,
                    Severity.NOTICE,
                    subject,
                    "The key is revoked: \"p=\" is empty. No signature with it counts any more."));
        }
        if (key.faults().isEmpty() && !key.revoked() && key.kind() == DkimKey.Kind.RSA) {
            strength(subject, key, findings);
        }
        if (!key.allowsSha256()) {
            findings.add(Finding.of(
                            FindingId.DKIM_WEAK,
                            Severity.WARNING,
                            subject,
                            "The key allows only signatures with SHA-1 (h=sha1), which verifiers no longer take.",
                            Mend.of("take the tag \"h\" out, and sign with rsa-sha256 or ed25519-sha256"))
                    .under("RFC 8301 3.1"));
        }
        if (key.testing()) {
            findings.add(Finding.of(
                    FindingId.DKIM_TESTING,
                    Severity.NOTICE,
                    subject,
                    "The key is marked as being tested (t=y): a failing signature counts for no more than none.",
                    Mend.of("take t=y out when testing is over")));
        }
        if (!key.isForMail()) {
            findings.add(Finding.of(
                    FindingId.DKIM_STYLE,
                    Severity.NOTICE,
                    subject,
                    "The key is not for mail: \"s\" names other services.",
                    Mend.of("take the tag \"s\" out")));
        }
        key.notes()
                .forEach(n -> findings.add(Finding.of(
                        FindingId.DKIM_STYLE, Severity.NOTICE, subject, n, Mend.of("mend that part of the record"))));
    }

    private static void strength(String subject, DkimKey key, List<Finding> findings) {
        if (key.bits() >= GOOD_BITS) {
            return;
        }
        boolean refused = key.bits() < LEAST_BITS;
        findings.add(Finding.of(
                FindingId.DKIM_WEAK,
                refused ? Severity.WARNING : Severity.NOTICE,
                subject,
                "The RSA key has " + key.bits() + " bits; "
                        + (refused
                                ? "verifiers must not take signatures by keys of less than " + LEAST_BITS + "."
                                : "signers should use at least " + GOOD_BITS + "."),
                Mend.of("make a key of " + GOOD_BITS
                        + " bits, publish it at a new selector, sign with it, and revoke the" + " old one later")));
    }

    private static String keys(DkimReport report) {
        return report.found().stream()
                .filter(s -> s.outcome() instanceof Outcome.Found)
                .map(s -> s.name() + " (" + ((Outcome.Found) s.outcome()).key().inWords() + ")")
                .collect(Collectors.joining(", "));
    }

    private static String owner(Selector selector) {
        return Words.name(selector.owner());
    }
}
