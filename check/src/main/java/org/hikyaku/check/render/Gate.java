package org.hikyaku.check.render;

import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.Severity;

/**
 * Which findings make a run fail: {@code --fail-on}. What could not be found out never fails a run by itself; it leaves
 * it undecided.
 */
public enum Gate {
    ERROR(Severity.ERROR),
    WARNING(Severity.WARNING),
    NOTICE(Severity.NOTICE);

    private final Severity leastGrave;

    Gate(Severity leastGrave) {
        this.leastGrave = leastGrave;
    }

    /** Whether the finding fails the run. */
    public boolean stops(Finding finding) {
        return finding.severity().compareTo(leastGrave) <= 0;
    }

    /** Whether one of the domain's findings fails the run. */
    public boolean stops(DomainReport report) {
        return report.findings().stream().anyMatch(this::stops);
    }
}
