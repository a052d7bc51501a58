package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Probes;
import org.hikyaku.tls.probe.ServerFacts;
import org.hikyaku.tls.wire.CipherSuite;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** For every server and profile: the judgement of at most 25 connections gives the same grades as asking for everything. */
@Tag("interop")
class JudgementAgreementTest {
    @TempDir
    private static Path directory;

    static Stream<String> servers() {
        return Peer.names();
    }

    @ParameterizedTest
    @MethodSource("servers")
    void theGradesAreTheSame(String name) throws Exception {
        try (Peer peer = Peer.start(name, directory)) {
            ServerFacts all = peer.probe(Depth.ALL);
            for (String each : Profile.NAMES) {
                Profile profile = Profile.load(each);
                ProbeOptions options = Probes.options().asking(profile.suiteQuestions(), profile.groupQuestions());

                ServerFacts few = peer.probe(Depth.JUDGEMENT, options);

                assertThat(few.connections()).as(each).isLessThanOrEqualTo(ProbeOptions.JUDGEMENT_BUDGET);
                assertThat(few.trouble()).as(each).isEmpty();
                assertThat(grades(profile, few)).as(each).isEqualTo(grades(profile, all));
                // What no grade needs is asked with the connections that are left.
                if (few.connections() < ProbeOptions.JUDGEMENT_BUDGET) {
                    assertThat(ends(profile, few)).as(each).isEqualTo(ends(profile, all));
                }
            }
        }
    }

    /** Of each version the preferred suite, and how good the best and the worst are by the profile. */
    private static String ends(Profile profile, ServerFacts facts) {
        return facts.versions().stream()
                .filter(v -> v.preferred().isPresent())
                .map(v -> {
                    IntSummaryStatistics places = v.accepted().stream()
                            .mapToInt(s -> place(profile, s))
                            .summaryStatistics();
                    return v.version() + " preferred "
                            + v.preferred().orElseThrow().name() + ", best " + places.getMax() + ", worst "
                            + places.getMin();
                })
                .collect(Collectors.joining("\n"));
    }

    /** Which of the sets that the profile tells apart the suite is of, the worst being 0. */
    private static int place(Profile profile, CipherSuite suite) {
        List<List<Integer>> sets = profile.suiteQuestions();
        return IntStream.range(0, sets.size())
                .filter(i -> sets.get(i).contains(suite.code()))
                .findFirst()
                .orElse(sets.size());
    }

    private static String grades(Profile profile, ServerFacts facts) {
        return new Grader(profile)
                .grade(facts).subtests().stream()
                        .map(s -> s.id() + " " + s.grade().token())
                        .collect(Collectors.joining("\n"));
    }
}
