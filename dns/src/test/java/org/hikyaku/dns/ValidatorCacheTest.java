package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hikyaku.dns.Lookups.question;
import static org.hikyaku.dns.Lookups.verdict;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.Type;

class ValidatorCacheTest {
    private final AtomicReference<Instant> now = new AtomicReference<>(SignedZone.NOW);
    private final SignedWorld world = ValidatingResolverTest.world(SignedZone.Denials.NSEC);

    private ValidatingResolver resolver(Resolver upstream, ValidatorOptions options) {
        return new ValidatingResolver(upstream, world.anchors(), options, now::get);
    }

    private void pass(Duration time) {
        now.updateAndGet(t -> t.plus(time));
    }

    private static long ttl(Answer answer) {
        return ((Answer.Definite) answer).content().ttl().toSeconds();
    }

    @Test
    void answersAreRememberedForTheirTtl() {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        Question www = question("www.example. A");
        assertThat(ttl(resolver.lookup(www))).isEqualTo(3600);
        int asked = world.asked.size();
        pass(Duration.ofSeconds(3599));
        assertThat(ttl(resolver.lookup(www))).isEqualTo(1);
        assertThat(ttl(resolver.lookup(question("WWW.Example. A")))).isEqualTo(1);
        assertThat(world.asked).hasSize(asked);
        pass(Duration.ofSeconds(1));
        assertThat(ttl(resolver.lookup(www))).isEqualTo(3600);
        assertThat(world.asked).hasSizeGreaterThan(asked);
    }

    /** RFC 2308: the SOA's minimum, 300 s. */
    @Test
    void denialsAreRememberedForTheirTtl() {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        for (String text : List.of("nothing.example. A", "www.example. MX")) {
            Question question = question(text);
            assertThat(ttl(resolver.lookup(question))).isEqualTo(300);
            int asked = world.asked.size();
            pass(Duration.ofSeconds(299));
            assertThat(ttl(resolver.lookup(question))).isEqualTo(1);
            assertThat(world.asked).hasSize(asked);
            pass(Duration.ofSeconds(1));
            resolver.lookup(question);
            assertThat(world.asked).hasSizeGreaterThan(asked);
        }
    }

    @Test
    void rememberedAnswersEndWithTheirSignature() {
        world.zoneOf(question("www.example. A").name()).expiration = now.get().plusSeconds(50);
        ValidatingResolver resolver =
                resolver(world, ValidatorOptions.defaults().withSkew(SkewRule.none()));
        assertThat(ttl(resolver.lookup(question("www.example. A")))).isEqualTo(50);
        pass(Duration.ofSeconds(49));
        assertThat(verdict(resolver.lookup(question("www.example. A")))).startsWith("SECURE");
        pass(Duration.ofSeconds(2));
        assertThat(verdict(resolver.lookup(question("www.example. A")))).isEqualTo("BOGUS 7");
        // and the zone's keys, which were remembered with them
        assertThat(verdict(resolver.lookup(question("mx.example. A")))).isEqualTo("BOGUS 7");
    }

    @Test
    void bogusIsRememberedBrieflyAndFailureNot() {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        world.tamper("www.example.", Type.A, Tampering.wrongSignature(Type.A));
        world.tamper("mx.example.", Type.A, Tampering.servfail());
        assertThat(verdict(resolver.lookup(question("www.example. A")))).isEqualTo("BOGUS 6");
        assertThat(verdict(resolver.lookup(question("mx.example. A")))).isEqualTo("FAILED SERVFAIL");
        world.tamper("www.example.", Type.A, m -> m);
        world.tamper("mx.example.", Type.A, m -> m);
        assertThat(verdict(resolver.lookup(question("www.example. A")))).isEqualTo("BOGUS 6");
        assertThat(verdict(resolver.lookup(question("mx.example. A")))).isEqualTo("SECURE 1 RECORDS");
        pass(Duration.ofSeconds(61));
        assertThat(verdict(resolver.lookup(question("www.example. A")))).isEqualTo("SECURE 2 RECORDS");
    }

    @Test
    void eachZoneIsAskedForOnce() {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        for (int i = 0; i < 20; i++) {
            resolver.lookup(question("name" + i + ".example. A"));
            resolver.lookup(question("name" + i + ".plain.example. A"));
        }
        assertThat(world.asked.stream().filter(q -> q.type() == Type.DNSKEY).toList())
                .doesNotHaveDuplicates()
                .as("the unsigned zone is asked for no keys")
                .containsExactlyInAnyOrder(question(". DNSKEY"), question("example. DNSKEY"));
        assertThat(world.asked.stream().filter(q -> q.type() == Type.DS).toList())
                .containsExactlyInAnyOrder(question("example. DS"), question("plain.example. DS"));
    }

    @Test
    void equalQuestionsAtOnceShareOneLookup() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch entered = new CountDownLatch(1);
        Resolver slow = new Resolver() {
            @Override
            public Reply ask(Question question, Deadline deadline) {
                entered.countDown();
                try {
                    held.await();
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                return world.ask(question, deadline);
            }
        };
        ValidatingResolver resolver = resolver(slow, ValidatorOptions.defaults());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                answers.add(threads.submit(() -> resolver.lookup(question("www.example. A"))));
            }
            assertThat(entered.await(10, TimeUnit.SECONDS)).isTrue();
            held.countDown();
            for (Future<Answer> answer : answers) {
                assertThat(verdict(answer.get(10, TimeUnit.SECONDS))).isEqualTo("SECURE 2 RECORDS");
            }
        }
        assertThat(world.asked).doesNotHaveDuplicates();
    }

    @Test
    void manyThreadsAndNamesAskForNothingTwice() throws Exception {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> answers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                String name = "name" + i % 200
                        + (i % 3 == 0 ? ".sub.example. A" : i % 3 == 1 ? ".plain.example. A" : ".wild.example. A");
                answers.add(threads.submit(() -> resolver.lookup(question(name))));
            }
            for (Future<Answer> answer : answers) {
                assertThat(answer.get(20, TimeUnit.SECONDS)).isInstanceOf(Answer.Definite.class);
            }
        }
        assertThat(world.asked.stream()
                        .filter(q -> q.type() == Type.DNSKEY || q.type() == Type.DS)
                        .toList())
                .doesNotHaveDuplicates();
    }

    /** Else every look-up would be bogus for up to the TTL of the old ones. */
    @Test
    void changedKeysAreFetchedBeforeTheirTimeIsOver() {
        ValidatingResolver resolver = resolver(world, ValidatorOptions.defaults());
        assertThat(verdict(resolver.lookup(question("www.example. A")))).isEqualTo("SECURE 2 RECORDS");
        SignedZone example = world.zoneOf(question("www.example. A").name());
        example.changeZoneSigningKey();
        assertThat(verdict(resolver.lookup(question("mx.example. A")))).isEqualTo("SECURE 1 RECORDS");
        assertThat(verdict(resolver.lookup(question("nothing.example. A")))).isEqualTo("SECURE NXDOMAIN");
        world.asked.clear();
        world.tamper("mx.example.", Type.AAAA, Tampering.drop(Type.NSEC));
        assertThat(verdict(resolver.lookup(question("mx.example. AAAA")))).isEqualTo("BOGUS 12");
        assertThat(world.asked)
                .as("other flaws are no reason to ask for the keys again")
                .doesNotContain(question("example. DNSKEY"));
    }

    @Test
    void timeIsBounded() {
        Resolver never = new Resolver() {
            @Override
            public Reply ask(Question question, Deadline deadline) {
                return new Reply.Unusable(new Failure(Failure.Kind.TIMEOUT, "No answer from 192.0.2.53 in 20 ms."));
            }
        };
        Answer answer = resolver(never, ValidatorOptions.defaults().withPerLookup(Duration.ofMillis(20)))
                .lookup(question("www.example. A"));
        assertThat(verdict(answer)).isEqualTo("FAILED TIMEOUT");
        assertThat(((Answer.Failed) answer).failure().sentence()).contains("192.0.2.53");
    }

    @Test
    void cacheStaysWithinItsBounds() {
        BoundedCache<Integer, Long> entries = new BoundedCache<>(100, 1 << 30, v -> 1);
        for (int i = 0; i < 10_000; i++) {
            entries.put(i, 1L);
            assertThat(entries.entries()).isLessThanOrEqualTo(102);
            // whatever is in use stays
            assertThat(entries.get(0)).contains(1L);
        }
        BoundedCache<Integer, Long> bytes = new BoundedCache<>(1 << 30, 1000, v -> v);
        for (int i = 0; i < 10_000; i++) {
            bytes.put(i, 100L);
            assertThat(bytes.entries()).isLessThanOrEqualTo(12);
        }
        bytes.put(1, 501L);
        assertThat(bytes.get(1)).as("too large for the cache").isEmpty();
    }

    @Test
    void largeAnswersTakeTheirRealRoom() {
        SignedZone zone = new SignedZone("example.", SignedZone.Denials.NSEC);
        String text = ("\"" + "x".repeat(250) + "\" ").repeat(80); // 20 kB
        for (int i = 0; i < 10; i++) {
            zone.add("n" + i + " TXT " + text);
        }
        SignedWorld large = new SignedWorld(new SignedZone(".", SignedZone.Denials.NSEC), zone);
        ValidatingResolver resolver = Lookups.resolver(
                large,
                ValidatorOptions.defaults()
                        .withCache(new ValidatorOptions.CacheSize(
                                new Limit("answers in the cache", 1000), new Limit("bytes", 80_000))));
        for (int round = 0; round < 2; round++) {
            large.asked.clear();
            for (int i = 0; i < 10; i++) {
                assertThat(verdict(resolver.lookup(question("n" + i + ".example. TXT"))))
                        .isEqualTo("SECURE 1 RECORDS");
            }
        }
        assertThat(large.asked)
                .as("80 kB hold no more than four of these")
                .filteredOn(q -> q.type() == Type.TXT)
                .hasSizeGreaterThanOrEqualTo(6);
    }

    @Test
    void noCacheAtAllWorksToo() {
        ValidatorOptions options = ValidatorOptions.defaults()
                .withCache(new ValidatorOptions.CacheSize(new Limit("answers in the cache", 0), new Limit("bytes", 0)));
        ValidatingResolver resolver = resolver(world, options);
        for (int i = 0; i < 3; i++) {
            assertThat(verdict(resolver.lookup(question("www.sub.example. A")))).isEqualTo("SECURE 1 RECORDS");
        }
    }
}
