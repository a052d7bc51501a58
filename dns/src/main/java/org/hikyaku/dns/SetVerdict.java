package org.hikyaku.dns;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.RRSIGRecord;

/** What became of the check of one record set against one zone's keys. */
sealed interface SetVerdict {

    /** The signatures that were looked at, for the proof. */
    List<Proof.Signature> signatures();

    /**
     * Some signature verifies.
     *
     * @param by that signature
     * @param ttl seconds for which the set may be used (RFC 4035 section 5.3.3)
     */
    record Good(RRSIGRecord by, boolean thanksToSkew, long ttl, List<Proof.Signature> signatures)
            implements SetVerdict {

        /** Labels of the name that the set was expanded from, when it comes from a wildcard. */
        boolean isExpanded(RecordSet set) {
            return by.getLabels() < SignedData.countedLabels(set.owner());
        }
    }

    /**
     * None does.
     *
     * @param cause the truest of the causes found
     * @param by the signature that it speaks of; none only for {@link Cause#NO_SIGNATURE}
     * @param gaveUp true when not all were tried, because too many had failed
     */
    record Bad(Cause cause, Optional<RRSIGRecord> by, boolean gaveUp, List<Proof.Signature> signatures)
            implements SetVerdict {}

    /** Why a signature does not count; those that tell most come first. */
    enum Cause {
        EXPIRED,
        NOT_YET_VALID,
        INVERTED_TIMES,
        WRONG,
        UNREADABLE_KEY,
        NO_ZONE_KEY_BIT,
        REVOKED_KEY,
        KEY_MISSING,
        MALFORMED,
        UNSUPPORTED,
        WRONG_SIGNER,
        NO_SIGNATURE
    }
}
