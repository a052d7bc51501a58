package org.hikyaku.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.Evidence.AddressEvidence;
import org.hikyaku.check.Evidence.HostEvidence;
import org.hikyaku.policy.DeliveryPlan.Requirement;
import org.hikyaku.policy.TlsaRecord;
import org.hikyaku.policy.TlsaRrset;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.SessionOutcome.Established;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.PathFinder;
import org.hikyaku.x509.PathResult;

/** TLSA records that match today and will not when the certificate is next renewed. */
final class RenewalExamination implements Examination {
    private final PathFinder paths;

    RenewalExamination(PathFinder paths) {
        this.paths = paths;
    }

    @Override
    public List<Finding> examine(Evidence evidence) {
        return evidence.hosts().stream()
                .flatMap(h -> examine(evidence, h).stream())
                .toList();
    }

    private Optional<Finding> examine(Evidence evidence, HostEvidence host) {
        Optional<TlsaRrset> rrset = rrset(host.requirement());
        if (rrset.isEmpty()) {
            return Optional.empty();
        }
        for (AddressEvidence attempt : host.addresses()) {
            if (attempt.verdict() instanceof Verdict.Authenticated
                    && attempt.outcome() instanceof Established session) {
                return breaking(evidence, host, rrset.get(), session.facts().chain());
            }
        }
        return Optional.empty();
    }

    private static Optional<TlsaRrset> rrset(Requirement requirement) {
        return switch (requirement) {
            case Requirement.Dane dane -> Optional.of(dane.rrset());
            case Requirement.Both both -> Optional.of(both.dane().rrset());
            case Requirement.Opportunistic _,
                    Requirement.Encrypt _,
                    Requirement.StsPkix _,
                    Requirement.VerifiedName _,
                    Requirement.Configured _,
                    Requirement.DoNotUse _ -> Optional.empty();
        };
    }

    /** Every record that matches today falls with the next certificate. */
    private Optional<Finding> breaking(Evidence evidence, HostEvidence host, TlsaRrset rrset, List<Certificate> chain) {
        List<String> why = new ArrayList<>();
        for (TlsaRecord record : rrset.usable()) {
            if (record.usage() == TlsaRecord.DANE_EE) {
                if (!record.selects(chain.getFirst())) {
                    continue; // for the next key, perhaps
                }
                if (record.selector() == TlsaRecord.PUBLIC_KEY) {
                    return Optional.empty(); // it stays good as long as the key is kept
                }
                why.add("The record " + DaneExamination.shortened(record)
                        + " is of the whole certificate, which is another one after each renewal even when the key is"
                        + " kept");
            } else {
                Optional<Certificate> anchor = chain.subList(1, chain.size()).stream()
                        .filter(record::selects)
                        .findFirst();
                if (anchor.isEmpty() || anchor.get().isSelfIssued() || !isPublic(chain)) {
                    return Optional.empty(); // a root, or an authority of one's own: they change rarely and announced
                }
                why.add("The record " + DaneExamination.shortened(record) + " names "
                        + anchor.get().label()
                        + ", an intermediate of a public authority, which may issue the next certificate from another"
                        + " one without notice");
            }
        }
        if (why.isEmpty()) {
            return Optional.empty();
        }
        Certificate leaf = chain.getFirst();
        Duration left = Duration.between(evidence.at(), leaf.notAfter());
        return Optional.of(Finding.of(
                FindingId.DANE_RENEWAL,
                Severity.WARNING,
                host.name(),
                String.join(". ", why) + ". The present certificate ends "
                        + Words.time(leaf.notAfter())
                        + (left.isNegative() ? "" : ", in " + Words.span(left)) + ".",
                Mend.of(
                        "publish the record of the key beside it and keep the key at renewals (certbot: renew with"
                                + " --reuse-key), then remove the old record",
                        "_" + host.host().plan().port() + "._tcp." + host.name() + ". 3600 IN TLSA "
                                + TlsaRecord.of(
                                        TlsaRecord.DANE_EE, TlsaRecord.PUBLIC_KEY, TlsaRecord.SHA2_256, leaf))));
    }

    private boolean isPublic(List<Certificate> chain) {
        return paths.findIgnoringDates(chain) instanceof PathResult.Trusted;
    }
}
