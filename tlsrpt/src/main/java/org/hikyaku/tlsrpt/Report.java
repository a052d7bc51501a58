package org.hikyaku.tlsrpt;

import java.util.List;
import java.util.Optional;

/**
 * A TLS report (RFC 8460 section 4).
 *
 * @param organization {@code organization-name}: who sends it; empty when the report does not say
 * @param period the time that it is about
 * @param contact {@code contact-info}: an address of who sends it; empty when the report does not say (T9)
 * @param id {@code report-id}: unique among the reports of this sender (T20); empty when the report has none
 * @param policies what became of the sessions, policy by policy
 */
public record Report(
        Optional<String> organization,
        ReportPeriod period,
        Optional<String> contact,
        Optional<String> id,
        List<PolicyResult> policies) {

    public Report {
        policies = List.copyOf(policies);
    }

    public long successful() {
        return policies.stream().mapToLong(PolicyResult::successful).sum();
    }

    public long failed() {
        return policies.stream().mapToLong(PolicyResult::failed).sum();
    }
}
