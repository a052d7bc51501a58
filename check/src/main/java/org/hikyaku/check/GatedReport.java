package org.hikyaku.check;

import java.util.Optional;
import java.util.Set;

/**
 * A run, and which of its findings make it fail.
 *
 * @param baseline the earlier run that it was held against
 * @param failing the findings that count
 */
public record GatedReport(CheckReport report, Optional<Baseline> baseline, Set<FindingKey> failing) {
    public GatedReport {
        failing = Set.copyOf(failing);
    }

    /** Whether this finding makes the run fail. */
    public boolean fails(DomainReport domain, Finding finding) {
        return failing.contains(FindingKey.of(domain, finding));
    }

    /** Whether something could not be found out. */
    public boolean leftOpen() {
        return report.domains().stream().anyMatch(DomainReport::leftOpen);
    }
}
