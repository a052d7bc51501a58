package org.hikyaku.dns;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.SetVerdict.Cause;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;

/** Checks record sets against the keys of a zone (RFC 4035 section 5.3). */
final class RecordSetCheck {

    /** After the capped lifetime of an answer that is valid only thanks to the tolerance it is looked at again. */
    private static final long SKEWED_TTL_SECONDS = 60;

    private final SignatureVerifier verifier;
    private final SkewRule skew;
    private final boolean sha1;

    RecordSetCheck(SignatureVerifier verifier, SkewRule skew, boolean sha1) {
        this.verifier = verifier;
        this.skew = skew;
        this.sha1 = sha1;
    }

    boolean isSupported(int algorithm) {
        // RFC 9905 section 2: SHA-1 signatures are treated as unsupported
        return SignatureVerifier.isKnown(algorithm) && (sha1 || !SignatureVerifier.isSha1(algorithm));
    }

    SkewRule skew() {
        return skew;
    }

    /**
     * Looks for a signature that verifies.
     *
     * @param zone the only signer that counts
     * @param keys those of the zone, or for its own DNSKEY set those that a DS vouches for
     */
    SetVerdict check(RecordSet set, Name zone, List<ZoneKey> keys, LookupWork work) throws StoppedException {
        if (set.records().size() > work.limits().recordsPerSet().value()) {
            throw work.overLimit(
                    work.limits().recordsPerSet(),
                    set.owner() + " has " + set.records().size());
        }
        List<Proof.Signature> looked = new ArrayList<>(2);
        Cause worst = Cause.NO_SIGNATURE;
        @Nullable RRSIGRecord by = null;
        int failed = 0;
        for (RRSIGRecord signature : set.signatures()) {
            SkewRule.Outcome times = skew.judge(
                    signature.getTimeSigned().getEpochSecond(),
                    signature.getExpire().getEpochSecond(),
                    work.nowSeconds());
            Optional<Cause> objection = objection(set, signature, zone, keys, times);
            if (objection.isEmpty()) {
                byte[] data = SignedData.of(set, signature);
                for (ZoneKey key : keys) {
                    if (!fits(key, signature) || !key.maySign()) {
                        continue;
                    }
                    // CVE-2023-50387: colliding tags and heaps of signatures would cost keys times signatures checks
                    if (failed >= work.limits().failedChecksPerSet().value()) {
                        break;
                    }
                    work.countSignatureCheck();
                    if (verifier.verify(key, data, signature.getSignature())) {
                        looked.add(described(set, signature, true, times));
                        return new SetVerdict.Good(
                                signature,
                                times == SkewRule.Outcome.VALID_THANKS_TO_SKEW,
                                ttl(set, signature, times, work.nowSeconds()),
                                looked);
                    }
                    failed++;
                }
                objection = Optional.of(hasReadableKey(keys, signature) ? Cause.WRONG : Cause.UNREADABLE_KEY);
            }
            looked.add(described(set, signature, false, times));
            Cause cause = objection.get();
            if (by == null || cause.compareTo(worst) < 0 || cause == worst && isLater(signature, by)) {
                worst = cause;
                by = signature;
            }
        }
        return new SetVerdict.Bad(
                worst,
                Optional.ofNullable(by),
                failed >= work.limits().failedChecksPerSet().value(),
                looked);
    }

    /** Everything short of cryptography that is wrong with a signature; of several the one that tells most. */
    private Optional<Cause> objection(
            RecordSet set, RRSIGRecord signature, Name zone, List<ZoneKey> keys, SkewRule.Outcome times) {
        if (!signature.getSigner().equals(zone)) {
            return Optional.of(Cause.WRONG_SIGNER);
        }
        if (!isSupported(signature.getAlgorithm())) {
            return Optional.of(Cause.UNSUPPORTED);
        }
        // RFC 4035 section 5.3.1: the labels field may not exceed the labels of the owner
        if (signature.getLabels() > SignedData.countedLabels(set.owner())
                || signature.getLabels() < zone.labels() - 1) {
            return Optional.of(Cause.MALFORMED);
        }
        Optional<Cause> key = keyObjection(keys, signature);
        if (key.isPresent()) {
            return key;
        }
        return switch (times) {
            case VALID, VALID_THANKS_TO_SKEW -> Optional.empty();
            case EXPIRED -> Optional.of(Cause.EXPIRED);
            case NOT_YET_VALID -> Optional.of(Cause.NOT_YET_VALID);
            case INVERTED -> Optional.of(Cause.INVERTED_TIMES);
        };
    }

    private static Optional<Cause> keyObjection(List<ZoneKey> keys, RRSIGRecord signature) {
        Cause cause = Cause.KEY_MISSING;
        for (ZoneKey key : keys) {
            if (fits(key, signature)) {
                if (key.maySign()) {
                    return Optional.empty();
                }
                cause = key.isRevoked() && key.hasZoneBit() ? Cause.REVOKED_KEY : Cause.NO_ZONE_KEY_BIT;
            }
        }
        return Optional.of(cause);
    }

    private static boolean fits(ZoneKey key, RRSIGRecord signature) {
        return key.tag() == signature.getFootprint() && key.algorithm() == signature.getAlgorithm();
    }

    private static boolean hasReadableKey(List<ZoneKey> keys, RRSIGRecord signature) {
        for (ZoneKey key : keys) {
            if (fits(key, signature) && key.maySign() && key.isReadable()) {
                return true;
            }
        }
        return false;
    }

    private static boolean isLater(RRSIGRecord one, RRSIGRecord other) {
        return one.getExpire().isAfter(other.getExpire());
    }

    // RFC 4035 section 5.3.3: no longer than the TTL received, the original TTL, and the signature's expiration
    private static long ttl(RecordSet set, RRSIGRecord signature, SkewRule.Outcome times, long now) {
        long ttl = Math.min(set.ttl(), signature.getOrigTTL());
        int left = (int) signature.getExpire().getEpochSecond() - (int) now;
        return times == SkewRule.Outcome.VALID_THANKS_TO_SKEW && left <= 0
                ? Math.min(ttl, SKEWED_TTL_SECONDS)
                : Math.min(ttl, Math.max(0, left));
    }

    private static Proof.Signature described(
            RecordSet set, RRSIGRecord signature, boolean valid, SkewRule.Outcome times) {
        return new Proof.Signature(
                set.owner(),
                set.type(),
                signature.getAlgorithm(),
                signature.getFootprint(),
                seconds(signature.getTimeSigned()),
                seconds(signature.getExpire()),
                valid,
                valid && times == SkewRule.Outcome.VALID_THANKS_TO_SKEW);
    }

    private static Instant seconds(Instant time) {
        return Instant.ofEpochSecond(time.getEpochSecond());
    }
}
