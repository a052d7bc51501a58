package org.hikyaku.lab;

import java.util.List;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Record;

/** A record set as it is served: with its signatures, none when it is not signed. */
record SignedSet(List<Record> records, List<RRSIGRecord> signatures) {
    SignedSet {
        records = List.copyOf(records);
        signatures = List.copyOf(signatures);
    }
}
