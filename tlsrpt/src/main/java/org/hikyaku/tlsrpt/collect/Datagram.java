package org.hikyaku.tlsrpt.collect;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.hikyaku.tlsrpt.PolicyResult;
import org.hikyaku.tlsrpt.count.SessionCount;

/**
 * What one delivery of Postfix came to.
 *
 * @param version of the format, {@code dpv}; 1 where there is none
 * @param domain {@code d}: the recipient domain, in A-labels, lower case, without the last dot
 * @param record {@code pr}: the text of its TLS-RPT record
 * @param results each policy with one session that kept it or did not
 */
public record Datagram(String version, String domain, Optional<String> record, List<PolicyResult> results) {
    /** The version that is known; others are read alike, and said. */
    public static final String VERSION = "1";

    public Datagram {
        results = List.copyOf(results);
    }

    /** What is to be counted. */
    List<SessionCount> counts(LocalDate day) {
        return results.stream()
                .map(result -> new SessionCount(day, domain, record, result))
                .toList();
    }
}
