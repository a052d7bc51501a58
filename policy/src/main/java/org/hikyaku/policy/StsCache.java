package org.hikyaku.policy;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Question;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.StsObservation.InForce;
import org.hikyaku.policy.StsObservation.NoPolicy;
import org.hikyaku.policy.StsObservation.Unavailable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * Knows the policies of domains over time (RFC 8461 sections 3.3 and 5.1). The rule that everything here serves: what
 * was once fetched over authenticated HTTPS holds until its max_age is over or until authenticated HTTPS says something
 * newer. Neither DNS, which can be forged, nor a policy host that does not answer, which anyone on the way can bring
 * about, takes anything away (S3, S4).
 */
public final class StsCache implements StsSource {
    /** S4: how long a failed fetch is not tried again for the same id. */
    public static final Duration RETRY = Duration.ofMinutes(5);

    /**
     * How long a domain's policy is not fetched again because of another id. Whoever forges TXT records could else have
     * us fetch at every look-up; a true change waits no longer than this.
     */
    public static final Duration BETWEEN_IDS = Duration.ofMinutes(1);

    /** S15: how often a policy is fetched again although its id is the same. */
    public static final Duration REFRESH = Duration.ofDays(1);

    /** Failed fetches remembered; past it the oldest is forgotten, and may be tried early. */
    static final Limit MAX_FAILURES = new Limit("failed MTA-STS fetches remembered", 10_000);

    /** Policies fetched again at once. */
    static final Limit MAX_RENEWALS = new Limit("MTA-STS policies renewed at once", 32);

    private static final Logger LOG = LoggerFactory.getLogger(StsCache.class);

    private final Lookup lookup;
    private final PolicySource source;
    private final StsStore store;
    private final InstantSource clock;

    private final ConcurrentMap<Name, Flight> underWay = new ConcurrentHashMap<>();
    private final ReentrantLock failuresLock = new ReentrantLock();
    private final Map<Attempt, PolicyFetch> failures = new LinkedHashMap<>(); // guarded by failuresLock
    private final Map<Name, Tried> lastFailures = new LinkedHashMap<>(); // guarded by failuresLock

    private record Attempt(Name domain, String id) {}

    private record Flight(String id, FutureTask<PolicyFetch> task) {}

    /** A fetch, and the id under which it was made. */
    private record Tried(String id, PolicyFetch fetch) {}

    public StsCache(Lookup lookup, PolicySource source, StsStore store, InstantSource clock) {
        this.lookup = lookup;
        this.source = source;
        this.store = store;
        this.clock = clock;
    }

    @Override
    public StsObservation observe(Name domain) {
        Answer record;
        try {
            record = lookup.lookup(recordName(domain), Type.TXT);
        } catch (NameTooLongException e) {
            record = new Answer.Failed(
                    new Question(domain, Type.TXT),
                    new Failure(Failure.Kind.LIMIT, "\"_mta-sts.\" before it is longer than a domain name can be."));
        }
        return switch (reading(record)) {
            case StsRecord.Reading.Found found ->
                announced(domain, record, found.record().id());
            // S3: no record, or an invalid one, takes nothing away from a policy that is held
            case StsRecord.Reading.Absent _ -> {
                Optional<InForce> held = heldWithoutRecord(domain, record);
                yield held.isPresent() ? held.get() : notAnnounced(domain, record);
            }
            case StsRecord.Reading.Invalid invalid -> {
                Optional<InForce> held = heldWithoutRecord(domain, record);
                yield held.isPresent() ? held.get() : new NoPolicy(record, NoPolicy.Reason.INVALID, invalid.why());
            }
        };
    }

    /** {@code _mta-sts.<domain>}. */
    public static Name recordName(Name domain) throws NameTooLongException {
        try {
            return Name.concatenate(Name.fromString("_mta-sts"), domain);
        } catch (NameTooLongException e) {
            throw e;
        } catch (TextParseException e) {
            throw new IllegalStateException("a constant label", e);
        }
    }

    private static StsRecord.Reading reading(Answer record) {
        return record instanceof Answer.Definite definite
                ? StsRecord.read(definite.content())
                : new StsRecord.Reading.Absent();
    }

    private static StsObservation notAnnounced(Name domain, Answer record) {
        return AnswerText.failure(record)
                .<StsObservation>map(why -> new StsObservation.Unknown(record, why))
                .orElseGet(() -> new NoPolicy(
                        record,
                        NoPolicy.Reason.ABSENT,
                        "There is no MTA-STS record at _mta-sts." + AnswerText.name(domain) + "."));
    }

    /** A valid record: fetch where something new may be had, else what is held. */
    private StsObservation announced(Name domain, Answer record, String id) {
        Optional<StoredPolicy> held = held(domain);
        boolean current = held.isPresent()
                && !refreshDue(held.get())
                && (held.get().id().equals(id) || isYounger(held.get().fetched(), BETWEEN_IDS));
        if (current) {
            return inForce(record, held.get(), Optional.empty(), Optional.empty());
        }
        Tried tried = fetch(domain, id);
        return switch (tried.fetch().result()) {
            case PolicyFetch.Result.Served served -> fresh(record, tried, served.policy());
            case PolicyFetch.Result.NotServed not ->
                held.isPresent()
                        // S4: the old policy goes on
                        ? inForce(record, held.get(), Optional.of(not.problem()), Optional.of(tried.fetch()))
                        // S17: first contact, nothing held
                        : new Unavailable(record, id, not.problem(), Optional.of(tried.fetch()));
        };
    }

    /** S3; and S15: it is renewed daily over HTTPS all the same. */
    private Optional<InForce> heldWithoutRecord(Name domain, Answer record) {
        Optional<StoredPolicy> held = held(domain);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        String id = held.get().id();
        if (!refreshDue(held.get())) {
            return Optional.of(inForce(record, held.get(), Optional.empty(), Optional.empty()));
        }
        Tried tried = fetch(domain, id);
        return Optional.of(
                switch (tried.fetch().result()) {
                    case PolicyFetch.Result.Served served -> fresh(record, tried, served.policy());
                    case PolicyFetch.Result.NotServed not ->
                        inForce(record, held.get(), Optional.of(not.problem()), Optional.of(tried.fetch()));
                });
    }

    private static InForce fresh(Answer record, Tried tried, StsPolicy policy) {
        return new InForce(
                record, policy, tried.id(), tried.fetch().at(), Optional.empty(), Optional.of(tried.fetch()));
    }

    private static InForce inForce(
            Answer record, StoredPolicy held, Optional<StsProblem> problem, Optional<PolicyFetch> fetch) {
        // S13: a policy of mode none is given up; that it cannot be renewed is not reported
        boolean silent = held.policy().mode() == StsPolicy.Mode.NONE;
        return new InForce(
                record, held.policy(), held.id(), held.fetched(), silent ? Optional.empty() : problem, fetch);
    }

    /** What is held and not yet expired (S15: fetch time and max_age of that very fetch). */
    private Optional<StoredPolicy> held(Name domain) {
        Instant now = clock.instant();
        return store.find(domain)
                .filter(p -> now.isBefore(p.fetched().plus(p.policy().maxAge())));
    }

    private boolean refreshDue(StoredPolicy held) {
        return isDue(held.fetched().getEpochSecond(), held.policy().maxAge().toSeconds(), clock.instant());
    }

    /**
     * One fetch; or the failure of one that is less than five minutes old (S4), or less than a minute for another id.
     */
    private Tried fetch(Name domain, String id) {
        return recentFailure(domain, id).orElseGet(() -> singleFlight(domain, id));
    }

    private void settle(Name domain, String id, PolicyFetch fetch) {
        switch (fetch.result()) {
            case PolicyFetch.Result.Served _ -> {
                keep(domain, id, fetch);
                forgetFailure(domain, id);
            }
            case PolicyFetch.Result.NotServed not -> {
                remember(domain, id, fetch);
                LOG.atWarn()
                        .addKeyValue("domain", domain)
                        .log(
                                "MTA-STS policy of {} not fetched: {}",
                                domain,
                                not.problem().sentence());
            }
        }
    }

    private void keep(Name domain, String id, PolicyFetch fetch) {
        try {
            store.put(StoredPolicy.of(
                    domain, id, fetch.at(), fetch.body().orElse("").getBytes(StandardCharsets.UTF_8)));
        } catch (StsFormatException e) {
            throw new IllegalStateException("a policy that was served parses: " + fetch, e);
        } catch (UncheckedIOException e) {
            // The policy is known and binds the mail at hand; only the next start may not know it (S16).
            LOG.atError()
                    .addKeyValue("domain", domain)
                    .log(
                            "MTA-STS policy of {} could not be stored: {}",
                            domain,
                            Objects.requireNonNull(e.getCause()).getMessage());
        }
    }

    /**
     * Those who ask for the same policy at the same time share one fetch. It counts for the id that began it: another
     * id may stand for a newer policy than the one that is on its way.
     */
    private Tried singleFlight(Name domain, String id) {
        Flight own = new Flight(id, new FutureTask<>(() -> source.fetch(domain)));
        Flight running = underWay.putIfAbsent(domain, own);
        if (running != null) {
            return new Tried(running.id(), Futures.result(running.task()));
        }
        try {
            own.task().run();
            PolicyFetch fetch = Futures.result(own.task());
            settle(domain, id, fetch);
            return new Tried(id, fetch);
        } finally {
            underWay.remove(domain, own);
        }
    }

    /** A clock set back proves nothing. */
    private boolean isYounger(Instant then, Duration limit) {
        Duration age = Duration.between(then, clock.instant());
        return !age.isNegative() && age.compareTo(limit) < 0;
    }

    private Optional<Tried> recentFailure(Name domain, String id) {
        failuresLock.lock();
        try {
            Optional<Tried> same = Optional.ofNullable(failures.get(new Attempt(domain, id)))
                    .filter(f -> isYounger(f.at(), RETRY))
                    .map(f -> new Tried(id, f));
            return same.or(() -> Optional.ofNullable(lastFailures.get(domain))
                    .filter(t -> isYounger(t.fetch().at(), BETWEEN_IDS)));
        } finally {
            failuresLock.unlock();
        }
    }

    private void remember(Name domain, String id, PolicyFetch failure) {
        failuresLock.lock();
        try {
            putLast(failures, new Attempt(domain, id), failure);
            putLast(lastFailures, domain, new Tried(id, failure));
        } finally {
            failuresLock.unlock();
        }
    }

    private static <K, V> void putLast(Map<K, V> map, K key, V value) {
        map.remove(key);
        map.put(key, value);
        while (map.size() > MAX_FAILURES.value()) {
            map.remove(map.keySet().iterator().next());
        }
    }

    private void forgetFailure(Name domain, String id) {
        failuresLock.lock();
        try {
            failures.remove(new Attempt(domain, id));
            lastFailures.remove(domain);
        } finally {
            failuresLock.unlock();
        }
    }

    /**
     * What a renewal came to.
     *
     * @param due policies that were due
     * @param renewed those of them that were fetched again
     * @param failing those that could not be, and are held on to until they expire; none of mode {@code none} (S13)
     */
    public record Renewal(int due, int renewed, List<Failing> failing) {
        public Renewal {
            failing = List.copyOf(failing);
        }
    }

    /** A policy that could not be fetched again, and when it runs out. */
    public record Failing(Name domain, Instant expires, StsProblem problem) {}

    /**
     * Fetches again what is due, so that policies of domains that seldom get mail do not run out (S15). To be called
     * every hour or so.
     */
    public Renewal refreshAll() {
        Instant now = clock.instant();
        List<Name> due =
                store.domains((fetched, maxAge) -> isLive(fetched, maxAge, now) && isDue(fetched, maxAge, now));
        AtomicInteger renewed = new AtomicInteger();
        Queue<Failing> failing = new ConcurrentLinkedQueue<>();
        Semaphore places = new Semaphore((int) MAX_RENEWALS.value());
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Name domain : due) {
                places.acquire();
                tasks.execute(() -> {
                    try {
                        renew(domain, renewed, failing);
                    } finally {
                        places.release();
                    }
                });
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the service stops; what is left is due at the next start
        }
        return new Renewal(
                due.size(),
                renewed.get(),
                failing.stream().sorted(Comparator.comparing(Failing::expires)).toList());
    }

    private void renew(Name domain, AtomicInteger renewed, Queue<Failing> failing) {
        if (observe(domain) instanceof InForce f) {
            if (f.problem().isPresent()) {
                failing.add(new Failing(domain, f.expires(), f.problem().get()));
            } else if (f.fetch()
                    .filter(r -> r.result() instanceof PolicyFetch.Result.Served)
                    .isPresent()) {
                renewed.incrementAndGet();
            }
        }
    }

    private static boolean isLive(long fetched, long maxAge, Instant now) {
        return now.isBefore(Instant.ofEpochSecond(fetched).plusSeconds(maxAge));
    }

    /** S15: daily, and for short lives at half of it, so that they do not run out between two mails. */
    private static boolean isDue(long fetched, long maxAge, Instant now) {
        Duration half = Duration.ofSeconds(maxAge).dividedBy(2);
        Duration after = half.compareTo(REFRESH) < 0 ? half : REFRESH;
        Instant then = Instant.ofEpochSecond(fetched);
        return !now.isBefore(then.plus(after)) || now.isBefore(then); // a clock set back proves nothing
    }
}
