package org.hikyaku.dns;

import java.util.List;
import java.util.Optional;

/**
 * The verified NSEC or NSEC3 records of a response.
 *
 * @param ttl seconds for which they may be used
 * @param reason why one of them did not count, if so: should the proof fail, this is the truest cause
 */
record CheckedDenial(
        Denial denial,
        List<Proof.Signature> signatures,
        boolean thanksToSkew,
        long ttl,
        Optional<BogusReason> reason) {}
