package org.hikyaku.tlsrpt.send;

import java.net.URI;
import java.time.LocalDate;
import java.util.List;
import org.hikyaku.tlsrpt.PolicyResult;

/**
 * A report that somebody asks for.
 *
 * @param day what it is about (T10)
 * @param domain who asks: a recipient domain, or an MX host with a record of its own (T2)
 * @param record the text of the record that asks (T23)
 * @param rua where to
 * @param results the report's policies
 */
public record DueReport(LocalDate day, String domain, String record, List<URI> rua, List<PolicyResult> results) {
    public DueReport {
        rua = List.copyOf(rua);
        results = List.copyOf(results);
    }
}
