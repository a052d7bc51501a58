package org.hikyaku.check;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.check.grade.DomainGrade;
import org.hikyaku.check.matrix.ThreatMatrix;
import org.hikyaku.dns.DomainNames;

/**
 * What a check of one domain came to. Renderers take this and nothing else.
 *
 * @param evidence what was observed, and the judgement of it
 * @param matrix what becomes of mail under attack; empty when the domain takes none
 * @param findings what follows, worst first
 * @param grade by a profile, where that was asked for
 * @param took how long the check took
 */
public record DomainReport(
        Evidence evidence,
        Optional<ThreatMatrix> matrix,
        List<Finding> findings,
        Optional<DomainGrade> grade,
        Duration took) {

    public DomainReport {
        findings = findings.stream().sorted(Finding.ORDER).toList();
    }

    /** The domain in A-labels, without the final dot. */
    public String domain() {
        return evidence.domain();
    }

    /** The domain in the letters of its language, where that is another form. */
    public Optional<String> inOwnLetters() {
        return DomainNames.inOwnLetters(evidence.observation().domain());
    }

    /** Findings of this severity. */
    public List<Finding> findings(Severity severity) {
        return findings.stream().filter(f -> f.severity() == severity).toList();
    }

    /** Whether there is something to mend: an error or a warning. */
    public boolean needsMending() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.ERROR || f.severity() == Severity.WARNING);
    }

    /** Whether something could not be found out. */
    public boolean leftOpen() {
        return findings.stream().anyMatch(f -> f.severity() == Severity.UNKNOWN);
    }
}
