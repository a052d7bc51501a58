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

    /** The worst grade of all that was tested. */
    public Grade overall() {
        return subtests.stream().map(Subtest::grade).reduce(Grade.NOT_TESTED, Grade::worse);
    }
}
