package org.hikyaku.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Severity;
import org.hikyaku.lab.Expectation;
import org.hikyaku.lab.LabDomain;

/**
 * A report of a lab domain beside what a person has written down as the correct judgement.
 *
 * @param domain the domain
 * @param report what was found
 * @param deviations where the two differ, sentences; empty when the expectation is met
 */
record LabVerdict(LabDomain domain, DomainReport report, List<String> deviations) {

    static LabVerdict of(LabDomain domain, DomainReport report) {
        Expectation expected = domain.expectation();
        List<String> deviations = new ArrayList<>();
        compare(deviations, "errors", expected.errors(), ids(report, Severity.ERROR));
        compare(deviations, "warnings", expected.warnings(), ids(report, Severity.WARNING));
        compare(deviations, "unknowns", expected.unknowns(), ids(report, Severity.UNKNOWN));
        Set<String> missing = new TreeSet<>(expected.notices());
        missing.removeAll(ids(report, Severity.NOTICE));
        if (!missing.isEmpty()) {
            deviations.add("notices missing: " + String.join(", ", missing));
        }
        return new LabVerdict(domain, report, List.copyOf(deviations));
    }

    boolean met() {
        return deviations.isEmpty();
    }

    private static Set<String> ids(DomainReport report, Severity severity) {
        Set<String> ids = new TreeSet<>();
        report.findings(severity).forEach(f -> ids.add(f.id().id()));
        return ids;
    }

    private static void compare(List<String> deviations, String what, List<String> expected, Set<String> found) {
        Set<String> wanted = new TreeSet<>(expected);
        if (!wanted.equals(found)) {
            deviations.add(what + " should be " + wanted + ", are " + found);
        }
    }
}
