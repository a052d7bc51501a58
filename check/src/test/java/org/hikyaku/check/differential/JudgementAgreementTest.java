package org.hikyaku.check.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.hikyaku.check.grade.Grader;
import org.hikyaku.check.grade.Profile;
import org.hikyaku.tls.probe.Depth;
import org.hikyaku.tls.probe.ProbeOptions;
import org.hikyaku.tls.probe.Probes;
import org.hikyaku.tls.probe.ServerFacts;
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
            }
        }
    }

    private static String grades(Profile profile, ServerFacts facts) {
        return new Grader(profile)
                .grade(facts).subtests().stream()
                        .map(s -> s.id() + " " + s.grade().token())
                        .collect(Collectors.joining("\n"));
    }
}
