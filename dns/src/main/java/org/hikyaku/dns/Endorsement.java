package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.xbill.DNS.DSRecord;
import org.xbill.DNS.Record;

/** What vouches for a zone's keys. */
record Endorsement(
        List<DSRecord> ds,
        Optional<ZoneTrust.Trusted> parent,
        List<Proof.Signature> signatures,
        boolean thanksToSkew,
        long ttl,
        boolean isAnchor) {

    /** By a DS set of the parent's, whose signature was found good. */
    static Endorsement by(ZoneTrust.Trusted parent, RecordSet set, SetVerdict.Good good) {
        List<DSRecord> ds = new ArrayList<>(set.records().size());
        for (Record rr : set.records()) {
            if (rr instanceof DSRecord d) {
                ds.add(d);
            }
        }
        return new Endorsement(ds, Optional.of(parent), good.signatures(), good.thanksToSkew(), good.ttl(), false);
    }
}
