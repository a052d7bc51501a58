package org.hikyaku.tlsrpt.count;

import java.time.LocalDate;
import java.util.Optional;
import org.hikyaku.tlsrpt.ReportedPolicy;

/** What sessions are added up by (T10, T23). */
record CountKey(LocalDate day, String domain, Optional<String> record, ReportedPolicy policy) {
    private static final int LONGEST_DOMAIN = 253;

    static CountKey of(SessionCount count) {
        return new CountKey(
                count.day(),
                Others.cut(count.domain(), LONGEST_DOMAIN),
                count.record().map(r -> Others.cut(r, LONGEST_RECORD)),
                count.result().policy());
    }

    /** Bytes in the data of a TXT record. */
    private static final int LONGEST_RECORD = 65_535;
}
