package org.hikyaku.dns;

import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DSRecord;

/** What vouches for a zone's keys. */
record Endorsement(
        List<DSRecord> ds,
        Optional<ZoneTrust.Trusted> parent,
        List<Proof.Signature> signatures,
        boolean thanksToSkew,
        long ttl,
        boolean isAnchor) {}
