package org.hikyaku.check;

/**
 * What makes a finding the same one in two runs: its words and severity may differ.
 *
 * @param domain in A-labels
 * @param id of the finding
 * @param subject what it is about
 */
public record FindingKey(String domain, String id, String subject) {

    public static FindingKey of(DomainReport report, Finding finding) {
        return new FindingKey(report.domain(), finding.id().id(), finding.subject());
    }
}
