package org.hikyaku.check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.hikyaku.check.Baseline.Standing;
import org.xbill.DNS.Name;

/**
 * Which findings make a run fail.
 *
 * @param failOn the least severe that does: error, warning or notice
 * @param baseline with it only what is new or got worse fails
 */
public record Gate(Severity failOn, Optional<Baseline> baseline) {
    /** How often what is new is asked again: servers flap. */
    private static final int ROUNDS = 2;

    /** Errors and warnings fail. */
    public static final Gate USUAL = new Gate(Severity.WARNING, Optional.empty());

    public Gate {
        if (failOn.compareTo(Severity.NOTICE) > 0) {
            throw new IllegalArgumentException("a run fails for errors, warnings or notices, not for " + failOn);
        }
    }

    /** Which findings of a report fail. */
    public GatedReport judge(CheckReport report) {
        Set<FindingKey> failing = new LinkedHashSet<>();
        for (DomainReport domain : report.domains()) {
            for (Finding finding : domain.findings()) {
                boolean counts = finding.severity().compareTo(failOn) <= 0
                        && baseline.map(b -> b.standing(domain, finding) != Standing.UNCHANGED)
                                .orElse(true);
                if (counts) {
                    failing.add(FindingKey.of(domain, finding));
                }
            }
        }
        return new GatedReport(report, baseline, failing);
    }

    /**
     * As {@link #judge}, and with a baseline each domain that has something new is checked again, twice: only what is there
     * every time fails. The report is then that of the last time.
     *
     * @param again checks domains afresh, nothing remembered
     */
    public GatedReport confirm(CheckReport first, Function<List<Name>, CheckReport> again) {
        GatedReport gated = judge(first);
        if (baseline.isEmpty()) {
            return gated;
        }
        for (int round = 0; round < ROUNDS && !gated.failing().isEmpty(); round++) {
            Set<FindingKey> before = gated.failing();
            CheckReport report = gated.report();
            List<Name> doubtful = report.domains().stream()
                    .filter(d -> before.stream().anyMatch(k -> k.domain().equals(d.domain())))
                    .map(d -> d.evidence().observation().domain())
                    .toList();
            GatedReport merged = judge(merge(report, again.apply(doubtful)));
            Set<FindingKey> confirmed = new LinkedHashSet<>(merged.failing());
            confirmed.retainAll(before);
            Set<String> flapping = new TreeSet<>();
            Set<FindingKey> now = merged.failing();
            before.stream().filter(k -> !confirmed.contains(k)).forEach(k -> flapping.add(flapped(k)));
            now.stream().filter(k -> !confirmed.contains(k)).forEach(k -> flapping.add(flapped(k)));
            gated = new GatedReport(noted(merged.report(), flapping), baseline, confirmed);
        }
        return gated;
    }

    private static String flapped(FindingKey key) {
        return key.domain() + ": " + key.id() + " of " + key.subject()
                + " is not in the baseline, and was not there every time; it does not count.";
    }

    private static CheckReport noted(CheckReport report, Set<String> notes) {
        Set<String> all = new LinkedHashSet<>(report.notes());
        all.addAll(notes);
        return new CheckReport(
                report.domains(),
                List.copyOf(all),
                report.at(),
                report.took(),
                report.connections(),
                report.questions());
    }

    private static CheckReport merge(CheckReport old, CheckReport fresh) {
        Map<String, DomainReport> domains = new LinkedHashMap<>();
        old.domains().forEach(d -> domains.put(d.domain(), d));
        fresh.domains().forEach(d -> domains.put(d.domain(), d));
        Set<String> notes = new LinkedHashSet<>(old.notes());
        notes.addAll(fresh.notes());
        Duration took = old.took().plus(fresh.took());
        return new CheckReport(
                new ArrayList<>(domains.values()),
                List.copyOf(notes),
                old.at(),
                took,
                old.connections() + fresh.connections(),
                old.questions() + fresh.questions());
    }
}
