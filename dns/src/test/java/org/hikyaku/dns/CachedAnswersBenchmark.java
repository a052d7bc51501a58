package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** How many cached answers there are in a second; prints the figure. */
@Tag("long")
class CachedAnswersBenchmark {
    private static final int NAMES = 5_000;
    private static final int ROUNDS = 400;

    @Test
    void cachedAnswers() throws InterruptedException {
        SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);
        List<Question> questions = new ArrayList<>();
        for (int i = 0; i < NAMES; i++) {
            questions.add(Lookups.question("n" + i + ".wild.example. A"));
        }
        ValidatingResolver fixed = Lookups.resolver(world);
        for (Question question : questions) {
            assertThat(fixed.lookup(question)).isInstanceOf(Answer.Secure.class);
        }
        for (int threads = 1; threads <= 2; threads++) {
            rate(fixed, questions, threads);
            double rate = rate(fixed, questions, threads);
            System.out.printf(Locale.ROOT, "cached answers, %d threads: %,.0f/s%n", threads, rate);
        }
    }

    private static double rate(ValidatingResolver resolver, List<Question> questions, int threads)
            throws InterruptedException {
        long start = System.nanoTime();
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            running.add(Thread.ofPlatform().start(() -> {
                for (int round = 0; round < ROUNDS; round++) {
                    for (Question question : questions) {
                        if (!(resolver.lookup(question) instanceof Answer.Secure)) {
                            throw new IllegalStateException(question.toString());
                        }
                    }
                }
            }));
        }
        for (Thread thread : running) {
            thread.join();
        }
        return 1e9 * threads * ROUNDS * questions.size() / (System.nanoTime() - start);
    }
}
