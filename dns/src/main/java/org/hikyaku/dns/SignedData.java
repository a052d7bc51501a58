package org.hikyaku.dns;

import java.util.Arrays;
import java.util.List;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;

/**
 * The bytes that an RRSIG signs (RFC 4034 section 3.1.8.1): its own RDATA without the signature, then the records in
 * canonical form and order, under the original TTL, and for a wildcard under the wildcard's name.
 */
final class SignedData {

    private SignedData() {}

    static byte[] of(RecordSet set, RRSIGRecord signature) {
        List<Record> records = set.records();
        byte[][] rdata = new byte[records.size()][];
        for (int i = 0; i < rdata.length; i++) {
            rdata[i] = records.get(i).rdataToWireCanonical();
        }
        // RFC 4034 section 6.3: RDATA as left-justified unsigned octet sequences, duplicates dropped
        if (rdata.length > 1) {
            Arrays.sort(rdata, Arrays::compareUnsigned);
        }
        DNSOutput out = new DNSOutput(512);
        out.writeU16(signature.getTypeCovered());
        out.writeU8(signature.getAlgorithm());
        out.writeU8(signature.getLabels());
        out.writeU32(signature.getOrigTTL());
        out.writeU32(signature.getExpire().getEpochSecond() & 0xFFFF_FFFFL);
        out.writeU32(signature.getTimeSigned().getEpochSecond() & 0xFFFF_FFFFL);
        out.writeU16(signature.getFootprint());
        signature.getSigner().toWireCanonical(out);
        byte[] owner = signedOwner(set.owner(), signature.getLabels()).toWireCanonical();
        for (int i = 0; i < rdata.length; i++) {
            if (i > 0 && Arrays.equals(rdata[i - 1], rdata[i])) {
                continue;
            }
            out.writeByteArray(owner);
            out.writeU16(set.type());
            out.writeU16(records.getFirst().getDClass());
            out.writeU32(signature.getOrigTTL());
            out.writeU16(rdata[i].length);
            out.writeByteArray(rdata[i]);
        }
        return out.toByteArray();
    }

    /** The labels that an RRSIG's labels field counts: without the root and a leading {@code *}. */
    static int countedLabels(Name owner) {
        return owner.labels() - 1 - (owner.isWild() ? 1 : 0);
    }

    private static Name signedOwner(Name owner, int labels) {
        int own = owner.labels() - 1;
        return countedLabels(owner) <= labels ? owner : owner.wild(own - labels);
    }
}
