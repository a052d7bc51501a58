package org.hikyaku.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.policy.Verdict;
import org.hikyaku.policy.Verdict.Refusal;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.x509.Certificate;

/** TLSA records: are there any, can senders use them, does the server keep what they promise, is a next key ready? */
final class DaneExamination implements Examination {

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.hosts().stream()
                .flatMap(host -> examine(evidence, host).stream())
                .toList();
    }

    private static List<Finding> examine(Evidence evidence, HostEvidence host) {
        Optional<TlsaObservation> published = Answers.secureTlsa(host);
        if (published.isEmpty()) {
            return without(evidence, host);
        }
        List<Finding> findings = new ArrayList<>();
        if (!evidence.mxSecure()) {
            findings.add(Finding.of(
                    FindingId.DANE_INSECURE_MX,
                    Severity.WARNING,
                    host.name(),
                    host.name() + " has signed TLSA records, but the MX records of " + evidence.domain()
                            + " that lead to it are not signed.",
                    Mend.of("sign the zone of " + evidence.domain())));
        }
        try {
            TlsaRrset rrset = TlsaRrset.of(Answers.content(published.get().answer())
                    .orElseThrow(() -> new IllegalStateException("a secure answer has content")));
            findings.addAll(unusable(host, published.get(), rrset));
            findings.addAll(kept(host, published.get(), rrset));
        } catch (LimitExceededException e) {
            findings.add(Finding.of(
                    FindingId.DANE_UNUSABLE,
                    Severity.ERROR,
                    host.name(),
                    "The TLSA records of " + host.name() + " are " + e.getMessage() + ".",
                    Mend.of("publish one record for the present key and one for the next")));
        }
        return findings;
    }

    private static List<Finding> without(Evidence evidence, HostEvidence host) {
        if (host.requirement() instanceof Requirement.DoNotUse not
                && (not.cause() == Cause.UNDECIDABLE
                        || not.cause() == Cause.NO_ADDRESS
                        || not.cause() == Cause.LIMIT)) {
            return lookupFailure(host);
        }
        return List.of(Finding.of(
                FindingId.DANE_ABSENT,
                evidence.stsEnforced() ? Severity.NOTICE : Severity.WARNING,
                host.name(),
                host.name() + " has no TLSA records that DNSSEC vouches for.",
                leaf(host)
                        .map(leaf -> publish(
                                evidence,
                                host.name(),
                                "publish the TLSA record of its present key, in a signed zone",
                                leaf))
                        .orElseGet(() ->
                                Mend.of("publish the TLSA record of its key, in a signed zone: 'hikyaku tlsa make'"
                                        + " writes it"))));
    }

    private static List<Finding> lookupFailure(HostEvidence host) {
        return host.observed().stream()
                .flatMap(o -> o.tlsa().stream())
                .map(TlsaObservation::answer)
                .filter(a -> a instanceof Answer.Failed f && f.failure().kind() != Failure.Kind.DNSSEC_STRIPPED)
                .map(Answer.Failed.class::cast)
                .limit(1)
                .map(failed -> Finding.of(
                        FindingId.DANE_LOOKUP_FAILED,
                        Severity.ERROR,
                        host.name(),
                        "The look-up of " + Words.question(failed) + " failed: "
                                + failed.failure().sentence(),
                        Mend.of("have the name servers of the host's zone answer questions for TLSA, be it with \"no"
                                + " such record\"")))
                .toList();
    }

    private static List<Finding> unusable(HostEvidence host, TlsaObservation published, TlsaRrset rrset) {
        if (rrset.unusable().isEmpty()) {
            return List.of();
        }
        StringBuilder seen = new StringBuilder();
        for (TlsaRecord record : rrset.unusable()) {
            seen.append(seen.isEmpty() ? "" : " ")
                    .append(shortened(record))
                    .append(" at ")
                    .append(Words.question(published.answer()))
                    .append(' ')
                    .append(record.unusable().orElse("cannot be used"))
                    .append('.');
        }
        boolean all = rrset.usable().isEmpty();
        Mend mend = leaf(host)
                .<Mend>map(leaf -> publish(published, "replace it by the record of the present key", leaf))
                .orElseGet(() -> Mend.of("replace it by a 3 1 1 record of the server's key"));
        return List.of(Finding.of(
                FindingId.DANE_UNUSABLE, all ? Severity.WARNING : Severity.NOTICE, host.name(), seen.toString(), mend));
    }

    private static List<Finding> kept(HostEvidence host, TlsaObservation published, TlsaRrset rrset) {
        List<Finding> findings = new ArrayList<>();
        for (AddressEvidence attempt : host.addresses()) {
            if (attempt.outcome() instanceof Established established
                    && attempt.verdict() instanceof Verdict.Refused refused
                    && isDane(refused.refusal())) {
                Finding finding = mismatch(host, published, established, refused.refusal());
                if (findings.stream().noneMatch(f -> f.seen().equals(finding.seen()))) {
                    findings.add(finding);
                }
            }
        }
        boolean authenticated = host.addresses().stream()
                .anyMatch(a -> a.verdict() instanceof Verdict.Authenticated v
                        && (v.by() instanceof Verdict.By.Dane || v.by() instanceof Verdict.By.Both));
        if (findings.isEmpty() && authenticated) {
            findings.add(Finding.of(
                    FindingId.DANE_OK,
                    Severity.OK,
                    host.name(),
                    "The server shows what " + Words.question(published.answer()) + " promises."));
            findings.add(rollover(host, published, rrset));
        }
        return findings;
    }

    /** The peer was refused for not matching; a wrong name or date under a trust anchor is told of the certificate. */
    private static boolean isDane(Refusal refusal) {
        return refusal.rule().startsWith("D")
                && refusal.type()
                        .filter(t -> t == ResultType.CERTIFICATE_HOST_MISMATCH || t == ResultType.CERTIFICATE_EXPIRED)
                        .isEmpty();
    }

    private static Finding mismatch(
            HostEvidence host, TlsaObservation published, Established session, Refusal refusal) {
        boolean anchorMissing = refusal.rule().equals("D14");
        List<Certificate> chain = session.facts().chain();
        String seen = Words.question(published.answer()) + ": " + refusal.sentence();
        if (anchorMissing) {
            return Finding.of(
                            FindingId.DANE_TA_MISSING,
                            Severity.ERROR,
                            host.name(),
                            seen,
                            Mend.of(
                                    "have the server send the certificate of the authority in the TLSA record (append it to"
                                            + " its certificate file), or publish a 3 1 1 record of its key"))
                    .under(refusal.rule());
        }
        Mend mend = chain.isEmpty()
                ? Mend.of("give the server its certificate back")
                : publish(
                        published,
                        "publish the TLSA record of its present key beside the old one, wait one TTL, then remove the"
                                + " old one",
                        chain.getFirst());
        return Finding.of(FindingId.DANE_MISMATCH, Severity.ERROR, host.name(), seen, mend)
                .under(refusal.rule());
    }

    /** D29: a record for the present key beside one for the next, or beside one for the authority that signs both. */
    private static Finding rollover(HostEvidence host, TlsaObservation published, TlsaRrset rrset) {
        long forKeys = rrset.usable().stream()
                .filter(r -> r.usage() == TlsaRecord.DANE_EE)
                .count();
        long forAuthorities = rrset.usable().size() - forKeys;
        if (forKeys >= 2 || (forKeys >= 1 && forAuthorities >= 1)) {
            return Finding.of(
                    FindingId.DANE_ROLLOVER,
                    Severity.NOTICE,
                    host.name(),
                    Words.question(published.answer()) + " has "
                            + Words.count(rrset.usable().size(), "usable record")
                            + ": one more than the present key needs.");
        }
        if (forKeys == 0) {
            return Finding.of(
                    FindingId.DANE_ROLLOVER_ABSENT,
                    Severity.NOTICE,
                    host.name(),
                    Words.question(published.answer())
                            + " names only an authority: keys may change freely, but not the authority.",
                    Mend.of("before changing to another authority, publish its record beside the old one"));
        }
        return Finding.of(
                FindingId.DANE_ROLLOVER_ABSENT,
                Severity.NOTICE,
                host.name(),
                Words.question(published.answer()) + " has a record for one key only.",
                Mend.of(
                        "make the next key now and publish its record beside the present one, or add a 2 1 1 record of the"
                                + " issuing authority; keep the key when the certificate is renewed"));
    }

    private static Optional<Certificate> leaf(HostEvidence host) {
        return host.addresses().stream()
                .map(AddressEvidence::outcome)
                .filter(Established.class::isInstance)
                .flatMap(o -> ((Established) o).facts().chain().stream().limit(1))
                .findFirst();
    }

    private static Mend publish(TlsaObservation published, String action, Certificate leaf) {
        return Mend.of(action, record(Words.name(published.answer().question().name()), leaf));
    }

    private static Mend publish(Evidence evidence, String host, String action, Certificate leaf) {
        return Mend.of(action, record("_" + evidence.observation().port() + "._tcp." + host, leaf));
    }

    private static String record(String owner, Certificate leaf) {
        return owner + ". 3600 IN TLSA "
                + TlsaRecord.of(TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY, TlsaRecord.SHA2_256, leaf);
    }

    /** {@code 3 1 1 9f86d081884c…}: enough to recognise it. */
    static String shortened(TlsaRecord record) {
        String text = record.toString();
        int data = text.lastIndexOf(' ') + 1;
        return text.length() - data <= 20 ? text : text.substring(0, data + 16) + "…";
    }
}
