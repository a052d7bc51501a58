package org.hikyaku.policy.service;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.hikyaku.policy.StsCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;

/**
 * Renews policies ahead of their end (S15): about every hour those that are due, and says aloud which could not be
 * renewed. One thread; {@link #close} ends it.
 */
public final class PolicyRenewal implements AutoCloseable {
    /** Between two rounds, on average. */
    public static final Duration INTERVAL = Duration.ofHours(1);

    /** A policy that cannot be renewed and ends sooner than this is an error: mail is about to lose its protection. */
    static final Duration ALARM = Duration.ofDays(2);

    private static final Logger LOG = LoggerFactory.getLogger(PolicyRenewal.class);

    private final Supplier<StsCache.Renewal> renew;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread = Thread.ofVirtual().name("policy-renewal").unstarted(this::run);

    private Set<Name> told = Set.of(); // by the renewing thread alone

    /** The last round's, for metrics; written by the renewing thread. */
    private volatile StsCache.Renewal last = new StsCache.Renewal(0, 0, List.of());

    /** @param renew one round: {@link StsCache#refreshAll} */
    public PolicyRenewal(Supplier<StsCache.Renewal> renew, InstantSource clock, RandomGenerator random) {
        this.renew = renew;
        this.clock = clock;
        this.random = random;
    }

    public void start() {
        thread.start();
    }

    /** What the last round came to. */
    public StsCache.Renewal last() {
        return last;
    }

    private void run() {
        try {
            // soon after the start: policies may have become due while nobody was there
            Duration wait = INTERVAL.dividedBy(60);
            while (!stop.await(jittered(wait).toMillis(), TimeUnit.MILLISECONDS)) {
                round();
                wait = INTERVAL;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Many servers that began together must not ask policy hosts together for ever: half to one and a half times. */
    Duration jittered(Duration wait) {
        return Duration.ofMillis(wait.toMillis() / 2 + random.nextLong(wait.toMillis() + 1));
    }

    /** One round; what is still failing is told again only when its end is near. */
    void round() {
        try {
            last = renew.get();
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).log("MTA-STS policies could not be renewed; tried again later");
            return;
        }
        Instant near = clock.instant().plus(ALARM);
        Set<Name> failing = new HashSet<>();
        for (StsCache.Failing policy : last.failing()) {
            failing.add(policy.domain());
            String domain = policy.domain().toString(true);
            if (policy.expires().isBefore(near)) {
                LOG.atError()
                        .addKeyValue("domain", domain)
                        .log(
                                "the MTA-STS policy of {} cannot be renewed and ends at {} (S15): {}",
                                domain,
                                policy.expires(),
                                policy.problem().sentence());
            } else if (!told.contains(policy.domain())) {
                LOG.atWarn()
                        .addKeyValue("domain", domain)
                        .log(
                                "the MTA-STS policy of {} cannot be renewed; it holds until {} (S15): {}",
                                domain,
                                policy.expires(),
                                policy.problem().sentence());
            }
        }
        told = failing;
    }

    @Override
    public void close() {
        stop.countDown();
        thread.interrupt();
    }
}
