package org.hikyaku.policy.service;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.dns.Answer;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.DomainObservation.HostObservation;
import org.hikyaku.policy.DomainObservation.TlsaObservation;
import org.hikyaku.policy.StsObservation;

/** How long an answer may be given again without a new look (D23). */
final class AnswerLife {
    /** However long the TTLs are: whoever mends his records need not wait longer than this for us. */
    static final Duration LONGEST = Duration.ofHours(1);

    /** What could not be found out is tried again after this; the resolver remembers bogus answers by itself. */
    static final Duration UNDECIDED = Duration.ofSeconds(10);

    private AnswerLife() {}

    /** D23: the shortest TTL of all that was used, and never past the end of the policy (S15). */
    static Duration of(DomainObservation observation) {
        Duration life = Stream.concat(
                        Stream.of(observation.mx(), observation.sts().record()),
                        observation.hosts().values().stream().flatMap(AnswerLife::answers))
                .map(AnswerLife::ttl)
                .min(Duration::compareTo)
                .orElse(LONGEST);
        if (observation.sts() instanceof StsObservation.InForce policy) {
            life = shorter(life, Duration.between(observation.at(), policy.expires()));
        }
        return life.isNegative() ? Duration.ZERO : shorter(life, LONGEST);
    }

    private static Stream<Answer> answers(HostObservation host) {
        return Stream.of(
                        List.of(host.a(), host.aaaa()),
                        host.cname().stream().toList(),
                        host.tlsa().stream().map(TlsaObservation::answer).toList())
                .flatMap(List::stream);
    }

    private static Duration ttl(Answer answer) {
        return switch (answer) {
            case Answer.Definite definite -> definite.content().ttl();
            case Answer.Bogus _, Answer.Failed _ -> UNDECIDED;
        };
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
