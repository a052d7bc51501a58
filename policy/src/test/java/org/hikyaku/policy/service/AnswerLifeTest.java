package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Question;
import org.hikyaku.policy.DomainObservation;
import org.hikyaku.policy.Observed;
import org.hikyaku.policy.StsObservation;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.Zone;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

/** D23: as long as the shortest of all that an answer rests on. */
class AnswerLifeTest {

    private static Answer none(String name, int type, long ttl) {
        return Zone.definite(
                true, new Question(Zone.name(name), type), new Content.NoData(List.of(), Duration.ofSeconds(ttl)));
    }

    /** A domain with one host, the TTL of each of its answers by itself. */
    private static DomainObservation observed(long mx, long a, long aaaa, long tlsa, StsObservation sts) {
        var host = new DomainObservation.HostObservation(
                Observed.DOMAIN,
                none("dom.example", Type.A, a),
                none("dom.example", Type.AAAA, aaaa),
                Optional.empty(),
                List.of(new DomainObservation.TlsaObservation(
                        Observed.DOMAIN, none("_25._tcp.dom.example", Type.TLSA, tlsa))));
        return new DomainObservation(
                Observed.DOMAIN,
                25,
                none("dom.example", Type.MX, mx),
                java.util.Map.of(Observed.DOMAIN, host),
                sts,
                Observed.NOW);
    }

    private static StsObservation record(long ttl) {
        return new StsObservation.NoPolicy(
                none("_mta-sts.dom.example", Type.TXT, ttl), StsObservation.NoPolicy.Reason.ABSENT, "None.");
    }

    @Test
    void theShortestTtlCounts() {
        assertThat(AnswerLife.of(observed(7, 900, 900, 900, record(900)))).hasSeconds(7);
        assertThat(AnswerLife.of(observed(900, 8, 900, 900, record(900)))).hasSeconds(8);
        assertThat(AnswerLife.of(observed(900, 900, 9, 900, record(900)))).hasSeconds(9);
        assertThat(AnswerLife.of(observed(900, 900, 900, 10, record(900)))).hasSeconds(10);
        assertThat(AnswerLife.of(observed(900, 900, 900, 900, record(11)))).hasSeconds(11);
        assertThat(AnswerLife.of(observed(0, 900, 900, 900, record(900)))).isZero();
    }

    @Test
    void anHourAtMost() {
        assertThat(AnswerLife.of(observed(86_400, 86_400, 86_400, 86_400, record(86_400))))
                .isEqualTo(Duration.ofHours(1));
    }

    /** S15: not past the end of the policy. */
    @Test
    void notPastTheEndOfThePolicy() {
        StsPolicy policy = Observed.policy(StsPolicy.Mode.ENFORCE, "dom.example");
        Instant fetched = Observed.NOW.minus(policy.maxAge()).plusSeconds(30);
        StsObservation sts = new StsObservation.InForce(
                none("_mta-sts.dom.example", Type.TXT, 900),
                policy,
                "id1",
                fetched,
                Optional.empty(),
                Optional.empty());
        assertThat(AnswerLife.of(observed(900, 900, 900, 900, sts))).hasSeconds(30);
    }

    @Test
    void failuresAreKeptForTenSeconds() {
        StsObservation failed = new StsObservation.Unknown(
                new Answer.Failed(
                        new Question(Zone.name("_mta-sts.dom.example"), Type.TXT),
                        new Failure(Failure.Kind.TIMEOUT, "No answer.")),
                "No answer.");
        assertThat(AnswerLife.of(observed(900, 900, 900, 900, failed))).hasSeconds(10);
    }
}
