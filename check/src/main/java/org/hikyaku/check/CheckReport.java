package org.hikyaku.check;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * One run over one or more domains.
 *
 * @param domains one report for each, in the order asked for
 * @param notes what is to be said once for the whole run, sentences: what this machine cannot do
 * @param at when it began
 * @param took how long it took
 * @param connections how many SMTP connections were tried
 * @param questions how many DNS look-ups were asked for
 */
public record CheckReport(
        List<DomainReport> domains, List<String> notes, Instant at, Duration took, int connections, long questions) {

    public CheckReport {
        domains = List.copyOf(domains);
        notes = List.copyOf(notes);
    }
}
