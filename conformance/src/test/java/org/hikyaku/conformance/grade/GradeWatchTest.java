package org.hikyaku.conformance.grade;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.lab.Catalogue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** When a run is over. Times are either so short that they end at once, or so long that the test would not. */
@Timeout(60)
class GradeWatchTest {
    private static final Duration AT_ONCE = Duration.ofMillis(1);
    private static final Duration FOR_EVER = Duration.ofHours(1);
    private static final List<Case> CASES = CaseBook.of(Catalogue.builtIn());

    private static List<Case> named(String... titles) {
        return CASES.stream().filter(c -> List.of(titles).contains(c.title())).toList();
    }

    private static GradeWatch watching(List<Case> cases, Scene scene) {
        GradeWatch watch = new GradeWatch(new Grader(cases));
        scene.sightings().forEach(watch);
        return watch;
    }

    private static Scene delivered(String recipient, String domain) {
        return new Scene()
                .asks(domain, "MX")
                .visits(domain, "mx." + domain)
                .starts("mx." + domain)
                .mails(recipient)
                .leaves();
    }

    @Test
    void nothingAtAllIsWaitedForAllTheTime() throws InterruptedException {
        GradeWatch watch = watching(named("dane-ee.example"), new Scene());

        assertThat(watch.await(AT_ONCE, AT_ONCE, AT_ONCE)).isFalse();
    }

    @Test
    void whenAllIsSettledItEndsSoon() throws InterruptedException {
        GradeWatch watch = watching(named("dane-ee.example"), delivered("plain@dane-ee.example", "dane-ee.example"));

        assertThat(watch.await(FOR_EVER, AT_ONCE, FOR_EVER)).isTrue();
    }

    @Test
    void silenceEndsItToo() throws InterruptedException {
        GradeWatch watch = watching(
                named("dane-ee.example", "dane-mismatch.example"),
                delivered("plain@dane-ee.example", "dane-ee.example"));

        assertThat(watch.await(FOR_EVER, FOR_EVER, AT_ONCE)).isTrue();
    }

    @Test
    void secondMailsAreSettledByWhatComesAfterTheChange() throws InterruptedException {
        String domain = "later-given-up.example";
        List<Case> cases = named(domain, domain + " (later)");
        Scene scene = new Scene().fetches(domain);
        GradeWatch watch = watching(cases, scene);
        watch.accept(new Sighting.MovedOn(Instant.EPOCH, false));
        delivered("later@" + domain, domain).sightings().forEach(watch);

        assertThat(watch.awaitSecond(Probe.LATER, List.of("later@" + domain), FOR_EVER, AT_ONCE, FOR_EVER))
                .isTrue();
    }

    @Test
    void secondMailsThatSomebodyElseSendsAreWaitedForAllTheTime() throws InterruptedException {
        String domain = "later-given-up.example";
        GradeWatch watch = watching(named(domain + " (later)"), new Scene().fetches(domain));

        assertThat(watch.awaitSecond(Probe.LATER, List.of(), AT_ONCE, AT_ONCE, AT_ONCE))
                .isFalse();
    }
}
