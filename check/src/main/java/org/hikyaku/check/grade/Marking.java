package org.hikyaku.check.grade;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.hikyaku.tls.probe.Known;
import tools.jackson.databind.JsonNode;

/** Makes subtests of what was measured: with the points that a profile gives for a grade, and with what mends a bad one. */
final class Marking {
    private final Profile profile;
    private final JsonNode mends = Profile.resource("mends.json");

    Marking(Profile profile) {
        this.profile = profile;
    }

    Optional<Scheme.Rule> rule(String id) {
        return profile.scheme().flatMap(s -> s.rule(id));
    }

    static Subtest notApplicable(String id, String title, String sentence) {
        return new Subtest(
                id, title, Grade.NOT_TESTED, Subtest.NOT_APPLICABLE, List.of(), sentence, Optional.empty(), Map.of());
    }

    Subtest feature(String id, String title, Known seen, Known wanted, String good, String bad) {
        if (seen == Known.UNKNOWN) {
            return judged(id, title, Grade.NOT_TESTED, List.of(), "not known");
        }
        return judged(
                id, title, seen == wanted ? Grade.GOOD : Grade.INSUFFICIENT, List.of(), seen == wanted ? good : bad);
    }

    /** The worst grade of several values; those that have it are the offending ones. */
    Subtest graded(String id, String title, List<String> values, Function<String, Grade> of, String verb) {
        Grade worst = values.stream().map(of).reduce(Grade.NOT_TESTED, Grade::worse);
        List<String> offending =
                values.stream().filter(v -> of.apply(v) == worst).toList();
        String sentence = values.isEmpty() ? "not known" : verb + ": " + String.join(", ", offending);
        return judged(id, title, worst, offending, sentence);
    }

    /** What it is worth is in the data file. */
    Subtest judged(String id, String title, Grade grade, List<String> values, String sentence) {
        String outcome = grade == Grade.NOT_TESTED ? Mark.UNKNOWN : grade.token();
        Optional<Integer> points = rule(id).map(r -> r.outcome(outcome))
                .filter(Scheme.Outcome::counts)
                .map(Scheme.Outcome::points);
        return new Subtest(id, title, grade, outcome, values, sentence, points, mend(id, grade));
    }

    private Map<String, List<String>> mend(String id, Grade grade) {
        Map<String, List<String>> lines = new LinkedHashMap<>();
        if ((grade == Grade.PHASE_OUT || grade == Grade.INSUFFICIENT) && mends.has(id)) {
            mends.get(id).properties().forEach(e -> {
                List<String> list = new ArrayList<>();
                e.getValue().forEach(line -> list.add(line.asString()));
                lines.put(e.getKey(), list);
            });
        }
        return lines;
    }
}
