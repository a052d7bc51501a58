package org.hikyaku.conformance.grade;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A grade as lines for a terminal. */
public final class GradeText {
    private final Grade grade;
    private final boolean all;
    private final List<String> lines = new ArrayList<>();

    private GradeText(Grade grade, boolean all) {
        this.grade = grade;
        this.all = all;
    }

    /**
     * The lines.
     *
     * @param all every rule and the story of every case, instead of what is broken alone
     */
    public static List<String> of(Grade grade, boolean all) {
        return new GradeText(grade, all).lines();
    }

    private List<String> lines() {
        lines.add(String.format(Locale.ROOT, "%-12s %6s %5s %7s %9s", "Area", "Score", "Kept", "Broken", "Not seen"));
        for (Grade.Score score : grade.areas()) {
            lines.add(String.format(
                            Locale.ROOT,
                            "%-12s %6s %5d %7d %9d   %s",
                            score.area().title(),
                            score.kept() + score.broken() == 0 ? "-" : score.percent() + " %",
                            score.kept(),
                            score.broken(),
                            score.notSeen(),
                            score.practised() ? "" : "Not practised: " + absence(score.area()))
                    .stripTrailing());
        }
        lines.add("");
        grade.rules().stream()
                .filter(r -> all || r.standing() == Standing.BROKEN)
                .forEach(this::rule);
        if (!all && !grade.anyBroken()) {
            lines.add("No rule was seen broken.");
        }
        for (Grade.ReportSeen report : grade.reports()) {
            lines.add("Report to " + report.to() + ": " + report.sentence());
        }
        if (all) {
            lines.add("");
            grade.cases().forEach(this::tell);
        }
        lines.add("");
        lines.add(summary());
        return lines;
    }

    private String summary() {
        long seen = grade.cases().stream()
                .filter(c -> c.sessions() > 0 || c.standing() != Standing.NOT_SEEN)
                .count();
        long delivered = grade.cases().stream().filter(CaseResult::delivered).count();
        return number(grade.cases().size(), "case") + ", " + seen + " seen, " + number(delivered, "mail")
                + " delivered where they may go; " + number(grade.sessions(), "connection") + ", "
                + number(grade.inClear(), "mail") + " offered in clear, "
                + number(grade.reports().size(), "TLS report") + ".";
    }

    private static String number(long count, String of) {
        return count + " " + of + (count == 1 ? "" : "s");
    }

    static String absence(Area area) {
        return switch (area) {
            case DANE -> "no mail was held back because of a TLSA record.";
            case MTA_STS -> "no mail was held back because of a policy that was fetched.";
            case TLS_RPT -> "no report came.";
            case REQUIRETLS -> "no mail came with the word REQUIRETLS.";
        };
    }

    private void rule(RuleResult rule) {
        lines.add(String.format(
                Locale.ROOT, "%-4s %-8s %s", rule.rule(), rule.standing().title(), rule.title()));
        if (rule.standing() == Standing.BROKEN) {
            rule.sentences().forEach(s -> lines.add("     " + s));
        } else if (!rule.keptBy().isEmpty()) {
            lines.add("     shown by " + String.join(", ", rule.keptBy()));
        }
    }

    private void tell(CaseResult result) {
        lines.add(result.subject().title() + ": " + result.standing().title() + " (must "
                + result.subject().must().title()
                + result.subject().rule().map(r -> ", " + r).orElse("") + ")");
        lines.add("     " + result.subject().about());
        result.findings().forEach(f -> lines.add("     " + f.rule() + " broken: " + f.sentence()));
        result.story().forEach(s -> lines.add("     " + s));
    }
}
