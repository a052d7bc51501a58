package org.hikyaku.tls.probe;

import java.time.Duration;
import java.util.List;

/**
 * How a probe behaves.
 *
 * @param ehloName how we introduce ourselves in SMTP
 * @param connect time for a connection to stand
 * @param greeting time for a greeting; tarpits take half a minute
 * @param answer time for each reply before TLS, and for all that follows once TLS begins
 * @param pause between two connections to one address; grows when the server asks for it or is slow
 * @param budget connections of a {@link Depth#JUDGEMENT}
 * @param suiteClasses sets of suites of which a grade needs to know whether any is accepted
 * @param groupClasses likewise, of key exchange groups
 */
public record ProbeOptions(
        String ehloName,
        Duration connect,
        Duration greeting,
        Duration answer,
        Duration pause,
        int budget,
        List<List<Integer>> suiteClasses,
        List<List<Integer>> groupClasses) {

    public ProbeOptions {
        suiteClasses = List.copyOf(suiteClasses);
        groupClasses = List.copyOf(groupClasses);
    }

    /** Connections that a judgement takes at most. */
    public static final int JUDGEMENT_BUDGET = 25;

    public static ProbeOptions defaults(String ehloName) {
        return new ProbeOptions(
                ehloName,
                Duration.ofSeconds(10),
                Duration.ofSeconds(35),
                Duration.ofSeconds(15),
                Duration.ofMillis(50),
                JUDGEMENT_BUDGET,
                List.of(),
                List.of(
                        Offers.POOR_CURVES.stream().filter(g -> g != 21).toList(),
                        List.of(21, 256, 257, 258, 259, 260)));
    }

    /** What a grade needs to know; see {@link #suiteClasses} and {@link #groupClasses}. */
    public ProbeOptions asking(List<List<Integer>> suites, List<List<Integer>> groups) {
        return new ProbeOptions(ehloName, connect, greeting, answer, pause, budget, suites, groups);
    }

    /** Another time for a connection to stand and for answers; a greeting gets 20 seconds more. */
    public ProbeOptions answer(Duration time) {
        return new ProbeOptions(ehloName, time, time.plusSeconds(20), time, pause, budget, suiteClasses, groupClasses);
    }
}
