package org.hikyaku.check.grade;

import java.util.List;
import java.util.Optional;

/**
 * A server's grades by one profile.
 *
 * @param score points out of the points that could be had at this server, for internet.nl
 */
public record GradeReport(Profile profile, List<Subtest> subtests, Optional<Score> score) {
    public GradeReport {
        subtests = List.copyOf(subtests);
    }

    /**
     * @param percent rounded down, as internet.nl does: int(100.0 / most * points)
     */
    public record Score(int points, int most, int percent) {}

    /** The subtests that make the result: those that apply here and, where there are points, have some. */
    private List<Subtest> deciding() {
        return subtests.stream()
                .filter(s -> !s.outcome().equals(Subtest.NOT_APPLICABLE))
                .filter(s -> profile.scheme().isEmpty()
                        || profile.scheme()
                                .flatMap(scheme -> scheme.rule(s.id()))
                                .filter(r -> r.full() > 0)
                                .isPresent())
                .toList();
    }

    /** How many subtests make the result. */
    public int asked() {
        return deciding().size();
    }

    /** How many of these were tested. */
    public int tested() {
        return (int)
                deciding().stream().filter(s -> s.grade() != Grade.NOT_TESTED).count();
    }

    /** Whether all of these were tested, so that there is a total to speak of. */
    public boolean complete() {
        return tested() == asked();
    }

    /** The worst grade of all that was tested. */
    public Grade overall() {
        return subtests.stream().map(Subtest::grade).reduce(Grade.NOT_TESTED, Grade::worse);
    }
}
