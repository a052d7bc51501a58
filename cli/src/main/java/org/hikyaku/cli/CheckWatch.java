package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.hikyaku.check.DomainReport;
import org.hikyaku.check.Finding;
import org.hikyaku.check.FindingKey;
import org.hikyaku.check.GatedReport;
import org.hikyaku.check.Severity;
import org.hikyaku.check.Words;
import org.hikyaku.check.render.Metrics;

/** Checks again and again: the first round is reported whole, of later ones what is new and what is gone. */
final class CheckWatch {

    /** What is waited with between two rounds. */
    @FunctionalInterface
    interface Pause {
        /** @return false when no more rounds are wanted */
        boolean await(Duration time) throws InterruptedException;
    }

    private final PrintWriter out;
    private final Duration interval;
    private final long rounds;
    private final Pause pause;

    /** @param rounds how many at most */
    CheckWatch(PrintWriter out, Duration interval, long rounds, Pause pause) {
        this.out = out;
        this.interval = interval;
        this.rounds = rounds;
        this.pause = pause;
    }

    /**
     * Runs until the rounds are done or the pause says so.
     *
     * @param check one round
     * @param first what to do with the report of the first
     * @param every what to do with every report
     * @param metrics who shows them
     * @return the last report
     */
    GatedReport run(
            Supplier<GatedReport> check,
            Consumer<GatedReport> first,
            Consumer<GatedReport> every,
            Optional<MetricsServer> metrics)
            throws InterruptedException {
        GatedReport last = check.get();
        first.accept(last);
        every.accept(last);
        show(metrics, last, 1);
        for (long round = 2; round <= rounds && pause.await(interval); round++) {
            GatedReport now = check.get();
            changes(last, now);
            every.accept(now);
            show(metrics, now, round);
            last = now;
        }
        return last;
    }

    private static void show(Optional<MetricsServer> metrics, GatedReport report, long round) {
        metrics.ifPresent(m -> m.show(Metrics.of(report.report(), round)));
    }

    private void changes(GatedReport before, GatedReport now) {
        Map<FindingKey, Finding> old = findings(before);
        Map<FindingKey, Finding> fresh = findings(now);
        String time = Words.time(now.report().at());
        fresh.forEach((key, finding) -> {
            Finding earlier = old.get(key);
            if (earlier == null) {
                line(time, key, "new", finding.severity().token(), finding.seen());
            } else if (earlier.severity() != finding.severity()) {
                line(
                        time,
                        key,
                        "was " + earlier.severity().token(),
                        finding.severity().token(),
                        finding.seen());
            }
        });
        old.forEach((key, finding) -> {
            if (!fresh.containsKey(key)) {
                line(time, key, "gone", finding.severity().token(), "");
            }
        });
        out.flush();
    }

    private void line(String time, FindingKey key, String change, String severity, String seen) {
        out.println(time + "  " + key.domain() + "  " + change + ": " + severity + " " + key.id() + " " + key.subject()
                + (seen.isEmpty() ? "" : ": " + seen));
    }

    private static Map<FindingKey, Finding> findings(GatedReport report) {
        Map<FindingKey, Finding> findings = new LinkedHashMap<>();
        for (DomainReport domain : report.report().domains()) {
            domain.findings().stream()
                    .filter(f -> f.severity() != Severity.OK)
                    .forEach(f -> findings.putIfAbsent(FindingKey.of(domain, f), f));
        }
        return findings;
    }
}
