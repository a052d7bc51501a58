package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.NSEC3Record;
import org.xbill.DNS.NSECRecord;
import org.xbill.DNS.Record;

/** Verifies the NSEC and NSEC3 records of a response, so that only genuine ones are asked for a proof. */
final class DenialCheck {
    private final RecordSetCheck check;
    private final ValidatorOptions options;

    DenialCheck(RecordSetCheck check, ValidatorOptions options) {
        this.check = check;
        this.options = options;
    }

    CheckedDenial check(Response response, ZoneTrust.Trusted zone, LookupWork work) throws StoppedException {
        List<NSECRecord> nsecs = new ArrayList<>(4);
        List<NSEC3Record> nsec3s = new ArrayList<>(4);
        List<Proof.Signature> signatures = new ArrayList<>(4);
        boolean thanksToSkew = false;
        long ttl = Integer.MAX_VALUE;
        Optional<BogusReason> reason = Optional.empty();
        for (RecordSet set : response.denials()) {
            SetVerdict verdict = check.check(set, zone.zone(), zone.keys(), work);
            signatures.addAll(verdict.signatures());
            switch (verdict) {
                case SetVerdict.Good good -> {
                    // one that is expanded from a wildcard does not speak for its owner name (CVE-2017-15105)
                    if (!good.isExpanded(set)) {
                        thanksToSkew |= good.thanksToSkew();
                        ttl = Math.min(ttl, good.ttl());
                        for (Record rr : set.records()) {
                            if (rr instanceof NSECRecord nsec) {
                                nsecs.add(nsec);
                            } else if (rr instanceof NSEC3Record nsec3) {
                                nsec3s.add(nsec3);
                            }
                        }
                    }
                }
                case SetVerdict.Bad bad when bad.cause() == SetVerdict.Cause.WRONG_SIGNER -> {
                    // another zone's, such as the parent's in the same response
                }
                case SetVerdict.Bad bad -> {
                    BogusReason why = BogusReasons.of(options, work).of(zone.zone(), set, bad);
                    if (reason.isEmpty() || tellsMore(why, reason.get())) {
                        reason = Optional.of(why);
                    }
                }
            }
        }
        Denial denial = nsecs.isEmpty() && !nsec3s.isEmpty()
                ? new Nsec3Denial(zone.zone(), nsec3s, options.maxNsec3Iterations(), work)
                : new NsecDenial(nsecs);
        return new CheckedDenial(denial, signatures, thanksToSkew, ttl, reason);
    }

    private static boolean tellsMore(BogusReason one, BogusReason other) {
        return one.code() == ExtendedError.SIGNATURE_EXPIRED && other.code() != ExtendedError.SIGNATURE_EXPIRED;
    }
}
