package org.hikyaku.check.grade;

import java.util.List;
import java.util.Optional;

/**
 * What one subtest came to, before it is worth anything.
 *
 * @param subtest the id of the subtest
 * @param outcome a name that the data file knows, {@link #UNKNOWN} when it was tried and could not be found out
 * @param values what gave the outcome, where it is not the best
 * @param sentence what was seen; empty when the outcome says all
 * @param points where they are a mean over several servers; else the data file says what the outcome is worth
 */
public record Mark(String subtest, String outcome, List<String> values, String sentence, Optional<Integer> points) {
    /** Asked, and not known: counts neither for nor against. */
    public static final String UNKNOWN = "unknown";

    public Mark {
        values = List.copyOf(values);
    }

    public static Mark of(String subtest, String outcome, String sentence) {
        return new Mark(subtest, outcome, List.of(), sentence, Optional.empty());
    }
}
