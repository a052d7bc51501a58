package org.hikyaku.dns;

import java.util.ArrayList;
import java.util.List;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;

/** The records of one name and type as they came in one section of a message, with the signatures over them. */
final class RecordSet {
    private final Name owner;
    private final int type;
    private final List<Record> records = new ArrayList<>(2);
    private final List<RRSIGRecord> signatures = new ArrayList<>(1);

    RecordSet(Name owner, int type) {
        this.owner = owner;
        this.type = type;
    }

    void add(Record rr) {
        records.add(rr);
    }

    void add(RRSIGRecord signature) {
        signatures.add(signature);
    }

    Name owner() {
        return owner;
    }

    int type() {
        return type;
    }

    List<Record> records() {
        return records;
    }

    List<RRSIGRecord> signatures() {
        return signatures;
    }

    boolean isSigned() {
        return !signatures.isEmpty();
    }

    /** The smallest TTL of its records, seconds; one with the sign bit set counts as 0 (RFC 2181 section 8). */
    long ttl() {
        long ttl = Integer.MAX_VALUE;
        for (Record rr : records) {
            ttl = Math.min(ttl, rr.getTTL() > Integer.MAX_VALUE ? 0 : rr.getTTL());
        }
        return ttl;
    }
}
