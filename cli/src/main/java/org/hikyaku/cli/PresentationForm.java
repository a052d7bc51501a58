package org.hikyaku.cli;

import org.hikyaku.net.Addresses;
import org.xbill.DNS.AAAARecord;
import org.xbill.DNS.Record;

/** Record data as in a zone file; bytes that cannot be shown are escaped (RFC 1035 section 5.1). */
final class PresentationForm {
    private PresentationForm() {}

    static String rdata(Record record) {
        // RFC 5952: 2001:db8::1, not 2001:db8:0:0:0:0:0:1
        return record instanceof AAAARecord aaaa ? Addresses.text(aaaa.getAddress()) : record.rdataToString();
    }
}
