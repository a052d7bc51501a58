package org.hikyaku.check.grade;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.check.grade.DomainGrade.CategoryGrade;
import org.hikyaku.check.grade.DomainGrade.SubtestGrade;
import org.hikyaku.check.grade.Scheme.Category;
import org.hikyaku.check.grade.Scheme.Level;
import org.hikyaku.check.grade.Scheme.Outcome;
import org.hikyaku.check.grade.Scheme.Rule;

/**
 * Makes points of marks as internet.nl does (checks/scoring.py, categories.py, models.py, probes.py, 1.11.2): what can
 * be had are the required subtests that were tested at any server, what is had is the least of all servers, the total is
 * the mean of the categories, and every division is rounded down. One difference, on purpose: what could not be found
 * out at a server takes nothing from it.
 */
final class Scorer {
    private static final double ALL = 100.0;

    private Scorer() {}

    /**
     * The marks of one place: the domain, or one of its servers.
     *
     * @param place its name
     */
    record Row(String place, List<Mark> marks) {
        Row {
            marks = List.copyOf(marks);
        }

        Optional<Mark> mark(Rule rule) {
            return marks.stream().filter(m -> m.subtest().equals(rule.id())).findFirst();
        }
    }

    static CategoryGrade category(Category category, List<Row> rows) {
        List<Rule> counted = category.rules().stream()
                .filter(r -> r.level() == Level.REQUIRED && r.full() > 0)
                .filter(r -> rows.stream()
                        .flatMap(row -> row.mark(r).stream())
                        .anyMatch(m -> r.outcome(m.outcome()).counts()))
                .toList();
        int most = counted.stream().mapToInt(Rule::full).sum();
        int points = rows.stream()
                .mapToInt(row -> points(category, counted, row))
                .min()
                .orElse(0);
        List<SubtestGrade> subtests =
                category.rules().stream().map(r -> subtest(r, rows)).toList();
        return new CategoryGrade(
                category,
                verdict(category, subtests),
                points,
                most,
                most == 0 ? Optional.empty() : Optional.of((int) (ALL / most * points)),
                subtests);
    }

    /** {@code max(min(int(sum / n), 100), 0)} over the categories of which something can be had. */
    static Optional<Integer> total(List<CategoryGrade> categories) {
        List<Integer> percents =
                categories.stream().flatMap(c -> c.percent().stream()).toList();
        if (percents.isEmpty()) {
            return Optional.empty();
        }
        int sum = percents.stream().mapToInt(Integer::intValue).sum();
        return Optional.of(Math.clamp(sum / percents.size(), 0, (int) ALL));
    }

    private static int points(Category category, List<Rule> counted, Row row) {
        int points = 0;
        for (Rule rule : counted) {
            points += points(category, rule, row);
        }
        return points;
    }

    private static int points(Category category, Rule rule, Row row) {
        int points = 0;
        for (Rule sharer : category.rules()) {
            if (sharer.field().equals(rule.field())) {
                Optional<Mark> mark = row.mark(sharer);
                if (mark.isPresent() && mark.get().outcome().equals(Mark.UNKNOWN)) {
                    return rule.full();
                }
                points = Math.max(
                        points,
                        mark.map(m -> m.points()
                                        .orElse(sharer.outcome(m.outcome()).points()))
                                .orElse(0));
            }
        }
        return points;
    }

    /** The worst of all places. */
    private static SubtestGrade subtest(Rule rule, List<Row> rows) {
        Map<String, Mark> marks = new LinkedHashMap<>();
        rows.forEach(row -> row.mark(rule).ifPresent(mark -> marks.put(row.place(), mark)));
        List<Outcome> outcomes =
                marks.values().stream().map(m -> rule.outcome(m.outcome())).toList();
        boolean counts = outcomes.stream().anyMatch(Outcome::counts);
        Status status = outcomes.stream()
                .filter(o -> o.status() != Status.NOT_TESTED || o.counts())
                .map(Outcome::status)
                .reduce(Status::worse)
                .orElse(Status.NOT_TESTED);
        Set<String> values = new LinkedHashSet<>();
        Set<String> sentences = new LinkedHashSet<>();
        marks.forEach((place, mark) -> {
            if (rule.outcome(mark.outcome()).status() == status) {
                values.addAll(mark.values());
                if (!mark.sentence().isEmpty()) {
                    sentences.add(rows.size() > 1 ? place + ": " + mark.sentence() : mark.sentence());
                }
            }
        });
        return new SubtestGrade(rule, status, counts, List.copyOf(values), List.copyOf(sentences));
    }

    /** probes.py, {@code _verdict}; a subtest that is not tested here at all has no say. */
    private static Status verdict(Category category, List<SubtestGrade> subtests) {
        List<SubtestGrade> tested = subtests.stream()
                .filter(s -> s.status() != Status.NOT_TESTED || s.counts())
                .toList();
        Optional<String> alone = category.alone();
        if (alone.isPresent() && tested.stream().allMatch(s -> s.rule().id().equals(alone.get()))) {
            return subtests.stream()
                    .filter(s -> s.rule().id().equals(alone.get()))
                    .map(SubtestGrade::status)
                    .findFirst()
                    .orElse(Status.NOT_TESTED);
        }
        Status worst = tested.stream()
                // What was not tested and counts all the same counts as failed.
                .map(s -> s.status() == Status.NOT_TESTED ? Status.FAILED : s.status())
                .reduce(Status.PASSED, Status::worse);
        boolean required =
                category.mandatory() && tested.stream().anyMatch(s -> s.rule().level() == Level.REQUIRED);
        boolean recommended = tested.stream().anyMatch(s -> s.rule().level() == Level.RECOMMENDED);
        if (tested.isEmpty()) {
            return Status.NOT_TESTED;
        }
        return switch (worst) {
            case ERROR, FAILED -> worst;
            case WARNING -> required ? Status.PASSED : Status.WARNING;
            case INFO -> required || recommended ? Status.PASSED : Status.INFO;
            case NOT_TESTED, PASSED -> Status.PASSED;
        };
    }
}
