package org.hikyaku.tlsrpt.send;

import java.net.URI;
import java.util.List;
import org.hikyaku.policy.TlsRptRecord;

/** Whether a domain asks for reports. */
public sealed interface ReportRequest {

    /**
     * It does.
     *
     * @param text the text of its record, strings joined
     */
    record Asked(String text, TlsRptRecord record) implements ReportRequest {
        public List<URI> rua() {
            return record.rua();
        }
    }

    /** It does not, or not in a way that can be understood: then senders act as if it did not (T1). */
    record NotAsked(String why) implements ReportRequest {}

    /** That could not be found out: ask again later. */
    record Unknown(String why) implements ReportRequest {}
}
