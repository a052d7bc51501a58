package org.hikyaku.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.dns.Failure;
import org.hikyaku.policy.StsObservation.InForce;
import org.hikyaku.policy.StsObservation.NoPolicy;
import org.hikyaku.policy.StsObservation.Unavailable;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** S3, S4, S13, S15 to S17: policies over time, and attackers between. Each test is a story. */
class StsCacheRulesTest {
    private static final Name DOMAIN = Zone.name("dom.test");
    private static final String TXT = "_mta-sts.dom.test";
    private static final Duration WEEK = Duration.ofDays(7);

    private final MovingClock clock = new MovingClock();
    private final StsStore store = StsStore.inMemory();
    private final AtomicInteger fetches = new AtomicInteger();

    /** What the policy host serves just now; empty when it does not answer. */
    private volatile Optional<String> served = Optional.of(enforce(WEEK));

    private volatile Zone dns = announcing("id1");

    private StsCache cache() {
        return new StsCache(question -> dns.lookup(question), this::fetch, store, clock);
    }

    private final StsCache cache = cache();

    private PolicyFetch fetch(Name domain) {
        fetches.incrementAndGet();
        URI uri = StsFetcher.uri(domain);
        Optional<String> body = served;
        PolicyFetch.Result result;
        try {
            result = body.isPresent()
                    ? new PolicyFetch.Result.Served(
                            StsPolicyParser.parse(body.get().getBytes(java.nio.charset.StandardCharsets.UTF_8))
                                    .policy())
                    : new PolicyFetch.Result.NotServed(
                            new StsProblem(ResultType.STS_POLICY_FETCH_ERROR, "Port 443 is closed."));
        } catch (StsFormatException e) {
            result = new PolicyFetch.Result.NotServed(new StsProblem(ResultType.STS_POLICY_INVALID, e.sentence()));
        }
        return new PolicyFetch(uri, clock.instant(), List.of(), body, List.of(), result);
    }

    private static String text(String mode, Duration maxAge) {
        return "version: STSv1\nmode: " + mode + "\nmx: mx.dom.test\nmax_age: " + maxAge.toSeconds() + "\n";
    }

    private static String enforce(Duration maxAge) {
        return text("enforce", maxAge);
    }

    private static Zone announcing(String id) {
        return new Zone().record(TXT, Type.TXT, "\"v=STSv1; id=" + id + ";\"");
    }

    private InForce inForce() {
        return (InForce) cache.observe(DOMAIN);
    }

    @Test
    void firstContactFetchesAndKeepsThePolicy() {
        InForce first = inForce();
        assertThat(first.policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        assertThat(first.expires()).isEqualTo(Observed.NOW.plus(WEEK));
        assertThat(inForce().fetch()).as("no second fetch under the same id").isEmpty();
        assertThat(fetches).hasValue(1);
    }

    @Test
    void s4AnAttackerWhoSpoofsTheTxtAndBlocks443GainsNothing() {
        inForce();
        dns = announcing("forged");
        served = Optional.empty();
        clock.advance(Duration.ofHours(1));
        InForce under = inForce();
        assertThat(under.policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        assertThat(under.id()).isEqualTo("id1");
        assertThat(under.problem().map(StsProblem::type)).contains(ResultType.STS_POLICY_FETCH_ERROR);
        clock.advance(WEEK.minusHours(2));
        assertThat(inForce().policy().mode()).as("until its own end").isEqualTo(StsPolicy.Mode.ENFORCE);
    }

    @Test
    void s4AnAttackerWhoServesRubbishUnderANewIdGainsNothing() {
        inForce();
        dns = announcing("forged");
        clock.advance(StsCache.BETWEEN_IDS);
        served = Optional.of("version: STSv1\nmode: none\n");
        assertThat(inForce().problem().map(StsProblem::type)).contains(ResultType.STS_POLICY_INVALID);
        assertThat(inForce().policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
    }

    @Test
    void s3AMissingOrInvalidOrFailingTxtTakesNothingAway() {
        inForce();
        List<Zone> attacks = List.of(
                new Zone(),
                new Zone().nxdomain(TXT, Type.TXT),
                new Zone().record(TXT, Type.TXT, "\"v=STSv1;\""),
                new Zone().record(TXT, Type.TXT, "\"v=STSv1; id=a;\"", "\"v=STSv1; id=b;\""),
                new Zone().failed(TXT, Type.TXT, Failure.Kind.SERVFAIL),
                new Zone().failed(TXT, Type.TXT, Failure.Kind.TIMEOUT),
                new Zone().bogus(TXT, Type.TXT));
        for (Zone attack : attacks) {
            dns = attack;
            assertThat(inForce().policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void withoutAHeldPolicyTheSameAnswersMeanNone() {
        dns = new Zone();
        assertThat(cache.observe(DOMAIN))
                .isInstanceOfSatisfying(
                        NoPolicy.class, n -> assertThat(n.reason()).isEqualTo(NoPolicy.Reason.ABSENT));
        dns = new Zone().record(TXT, Type.TXT, "\"v=STSv1;\"");
        assertThat(cache.observe(DOMAIN))
                .isInstanceOfSatisfying(
                        NoPolicy.class, n -> assertThat(n.reason()).isEqualTo(NoPolicy.Reason.INVALID));
        dns = new Zone().failed(TXT, Type.TXT, Failure.Kind.SERVFAIL);
        assertThat(cache.observe(DOMAIN)).isInstanceOf(StsObservation.Unknown.class);
        assertThat(fetches).hasValue(0);
    }

    @Test
    void anExpiredPolicyIsGone() {
        inForce();
        dns = new Zone();
        clock.advance(WEEK.minusSeconds(1));
        served = Optional.empty();
        assertThat(cache.observe(DOMAIN)).isInstanceOf(InForce.class);
        clock.advance(Duration.ofSeconds(1));
        assertThat(cache.observe(DOMAIN)).isInstanceOf(NoPolicy.class);
    }

    @Test
    void aNewIdBringsTheNewPolicy() {
        inForce();
        dns = announcing("id2");
        clock.advance(StsCache.BETWEEN_IDS);
        served = Optional.of(text("testing", Duration.ofDays(1)));
        InForce renewed = inForce();
        assertThat(renewed.id()).isEqualTo("id2");
        assertThat(renewed.policy().mode()).isEqualTo(StsPolicy.Mode.TESTING);
    }

    @Test
    void s15AnUnchangedIdDoesNotExtendTheLifeButADailyFetchDoes() {
        inForce();
        clock.advance(Duration.ofHours(23));
        assertThat(inForce().expires()).isEqualTo(Observed.NOW.plus(WEEK));
        clock.advance(Duration.ofHours(1));
        assertThat(inForce().expires()).isEqualTo(Observed.NOW.plus(WEEK).plusSeconds(86400));
        assertThat(fetches).hasValue(2);
    }

    @Test
    void s15TheDailyFetchNeedsNoTxtRecord() {
        inForce();
        dns = new Zone();
        clock.advance(Duration.ofDays(1));
        served = Optional.of(text("none", WEEK));
        assertThat(inForce().policy().mode())
                .as("only HTTPS takes a policy back")
                .isEqualTo(StsPolicy.Mode.NONE);
    }

    @Test
    void s15AShortLifeIsRenewedAtItsHalf() {
        served = Optional.of(enforce(Duration.ofHours(2)));
        inForce();
        clock.advance(Duration.ofMinutes(59));
        inForce();
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofMinutes(1));
        inForce();
        assertThat(fetches).hasValue(2);
    }

    @Test
    void aLifeOfZeroServesTheMailAtHand() {
        served = Optional.of(enforce(Duration.ZERO));
        assertThat(inForce().policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
        served = Optional.empty();
        assertThat(cache.observe(DOMAIN)).isInstanceOf(Unavailable.class);
    }

    @Test
    void s17FirstContactWithoutAnAnswerIsAsWithoutPolicyAndIsNotTriedAgainForFiveMinutes() {
        served = Optional.empty();
        assertThat(cache.observe(DOMAIN)).isInstanceOfSatisfying(Unavailable.class, u -> {
            assertThat(u.problem().type()).isEqualTo(ResultType.STS_POLICY_FETCH_ERROR);
            assertThat(u.id()).isEqualTo("id1");
        });
        served = Optional.of(enforce(WEEK));
        clock.advance(Duration.ofMinutes(5).minusSeconds(1));
        assertThat(cache.observe(DOMAIN)).isInstanceOf(Unavailable.class);
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofSeconds(1));
        assertThat(cache.observe(DOMAIN)).isInstanceOf(InForce.class);
        assertThat(fetches).hasValue(2);
    }

    @Test
    void s4TheWaitIsPerId() {
        served = Optional.empty();
        cache.observe(DOMAIN);
        dns = announcing("id2");
        clock.advance(StsCache.BETWEEN_IDS); // and not five minutes
        served = Optional.of(enforce(WEEK));
        assertThat(cache.observe(DOMAIN)).isInstanceOf(InForce.class);
    }

    @Test
    void s4AnAttackerWhoForgesAnotherIdAtEveryLookUpCausesOneFetchAMinute() {
        inForce();
        for (int second = 0; second < 600; second++) {
            dns = announcing("forged" + second);
            assertThat(inForce().policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(fetches).as("ten minutes").hasValue(10);
        dns = announcing("true");
        served = Optional.of(text("testing", WEEK));
        clock.advance(StsCache.BETWEEN_IDS);
        assertThat(inForce().policy().mode()).as("a true change").isEqualTo(StsPolicy.Mode.TESTING);
        assertThat(inForce().id()).isEqualTo("true");
    }

    @Test
    void s4TheSameHoldsWhileThePolicyHostDoesNotAnswer() {
        served = Optional.empty();
        for (int second = 0; second < 600; second++) {
            dns = announcing("forged" + second);
            assertThat(cache.observe(DOMAIN)).isInstanceOf(Unavailable.class);
            clock.advance(Duration.ofSeconds(1));
        }
        assertThat(fetches).as("ten minutes").hasValue(10);
    }

    @Test
    void s13AGivenUpPolicyThatCannotBeRenewedIsNotReported() {
        served = Optional.of(text("none", WEEK));
        inForce();
        served = Optional.empty();
        clock.advance(Duration.ofDays(2));
        assertThat(inForce().problem()).isEmpty();
    }

    @Test
    void aClockSetBackDoesNotThrowAPolicyAway() {
        inForce();
        clock.advance(Duration.ofDays(-30));
        served = Optional.empty();
        assertThat(inForce().policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE);
    }

    @Test
    void s16AnotherCacheOverTheSameStoreKnowsThePolicy() {
        inForce();
        served = Optional.empty();
        dns = new Zone();
        assertThat(cache().observe(DOMAIN)).isInstanceOf(InForce.class);
    }

    @Test
    void s16AFullDiskDoesNotKeepAFreshPolicyFromBinding() {
        StsStore full = new StsStore() {
            @Override
            public Optional<StoredPolicy> find(Name domain) {
                return store.find(domain);
            }

            @Override
            public void put(StoredPolicy policy) {
                throw new UncheckedIOException(new IOException("No space left on device"));
            }

            @Override
            public List<Name> domains() {
                return store.domains();
            }
        };
        StsObservation seen = new StsCache(question -> dns.lookup(question), this::fetch, full, clock).observe(DOMAIN);
        assertThat(seen)
                .isInstanceOfSatisfying(
                        InForce.class, f -> assertThat(f.policy().mode()).isEqualTo(StsPolicy.Mode.ENFORCE));
    }

    @Test
    void thoseWhoAskAtTheSameTimeShareOneFetch() throws Exception {
        int callers = 20;
        CountDownLatch fetching = new CountDownLatch(1);
        CountDownLatch answered = new CountDownLatch(callers);
        CountDownLatch release = new CountDownLatch(1);
        StsCache shared = new StsCache(
                question -> {
                    answered.countDown();
                    return dns.lookup(question);
                },
                domain -> {
                    fetching.countDown();
                    try {
                        release.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return fetch(domain);
                },
                store,
                clock);
        try (var tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<StsObservation>> seen = new ArrayList<>();
            for (int i = 0; i < callers; i++) {
                seen.add(tasks.submit(() -> shared.observe(DOMAIN)));
            }
            fetching.await();
            answered.await();
            release.countDown();
            for (Future<StsObservation> one : seen) {
                assertThat(one.get()).isInstanceOf(InForce.class);
            }
        }
        assertThat(fetches).hasValue(1);
    }

    @Test
    void refreshAllRenewsWhatIsDueAndNothingElse() {
        inForce();
        clock.advance(Duration.ofHours(12));
        cache.refreshAll();
        assertThat(fetches).hasValue(1);
        clock.advance(Duration.ofHours(12));
        cache.refreshAll();
        assertThat(fetches).hasValue(2);
    }

    /** S15: whoever runs the service is told what could not be renewed; S13: a policy of mode none is not missed. */
    @Test
    void refreshAllTellsWhatCouldNotBeRenewed() {
        inForce();
        clock.advance(Duration.ofHours(24));
        served = Optional.empty();
        StsCache.Renewal renewal = cache.refreshAll();
        assertThat(renewal.due()).isEqualTo(1);
        assertThat(renewal.renewed()).isZero();
        assertThat(renewal.failing())
                .containsExactly(new StsCache.Failing(
                        DOMAIN,
                        Observed.NOW.plus(WEEK),
                        new StsProblem(ResultType.STS_POLICY_FETCH_ERROR, "Port 443 is closed.")));
        served = Optional.of(text("none", WEEK));
        clock.advance(StsCache.RETRY);
        assertThat(cache.refreshAll()).isEqualTo(new StsCache.Renewal(1, 1, List.of()));
        clock.advance(Duration.ofHours(24));
        served = Optional.empty();
        assertThat(cache.refreshAll()).isEqualTo(new StsCache.Renewal(1, 0, List.of()));
    }

    /** What has run out is gone: it is not asked for again until mail goes there. */
    @Test
    void refreshAllLeavesWhatHasExpired() {
        inForce();
        clock.advance(WEEK);
        assertThat(cache.refreshAll()).isEqualTo(new StsCache.Renewal(0, 0, List.of()));
        assertThat(fetches).hasValue(1);
    }
}
