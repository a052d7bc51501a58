package org.hikyaku.policy.service;

import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hikyaku.dns.BoundedCache;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers socketmap requests. What was decided is given again until its TTL is over (D23), negative answers too; those
 * who ask for the same next hop at the same time share one look. Safe for use by many threads.
 */
public final class PolicyService implements Closeable {
    /** The map for Postfix up to 3.9. */
    public static final String QUERY = "QUERY";

    /** The map for Postfix 3.10 and later, with attributes for reports. */
    public static final String QUERY_WITH_TLSRPT = "QUERYwithTLSRPT";

    /** Postfix gives up after 100 s; the look goes on, so that the next query finds its result. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Looks under way at once; further ones wait for a place. */
    static final Limit MAX_LOOKS = new Limit("next hops looked up at once", 500);

    private static final Logger LOG = LoggerFactory.getLogger(PolicyService.class);

    private final Decider decider;
    private final InstantSource clock;
    private final PolicyCounts counts;
    private final Duration patience;
    private final BoundedCache<String, KeptAnswer> cache;
    private final ConcurrentHashMap<String, CompletableFuture<byte[]>> underWay = new ConcurrentHashMap<>();
    private final Semaphore places = new Semaphore((int) MAX_LOOKS.value());
    private final ExecutorService looks = Executors.newVirtualThreadPerTaskExecutor();

    /**
     * Bounds of what is remembered.
     *
     * @param entries replies; what was asked for lately is kept for at least half as many others
     * @param bytes about how much memory they may take
     */
    public record CacheSize(Limit entries, Limit bytes) {
        public static CacheSize defaults() {
            return new CacheSize(
                    new Limit("replies in the cache", 2_500_000), new Limit("bytes in the reply cache", 640L << 20));
        }
    }

    /** @param patience how long a query waits for its look */
    public PolicyService(Decider decider, InstantSource clock, PolicyCounts counts, CacheSize size, Duration patience) {
        this.decider = decider;
        this.clock = clock;
        this.counts = counts;
        this.patience = patience;
        this.cache = new BoundedCache<>(size.entries().value(), size.bytes().value(), KeptAnswer::bytes);
    }

    /** Now, by the clock that answers live by: milliseconds since 1970. */
    long millis() {
        return clock.millis();
    }

    /**
     * The framed reply to a request's payload, {@code QUERY example.com}, when it need not be looked for.
     *
     * @param recent of the calling thread
     * @param now {@link #millis}
     */
    Optional<byte[]> known(RecentAnswers recent, byte[] bytes, int from, int length, long now) {
        Optional<KeptAnswer> given = recent.find(bytes, from, length);
        if (given.isPresent() && given.get().holds(now)) {
            return Optional.of(given.get().reply());
        }
        Optional<KeptAnswer> kept = cache.get(new String(bytes, from, length, StandardCharsets.ISO_8859_1));
        if (kept.isPresent() && kept.get().holds(now)) {
            recent.keep(bytes, from, length, kept.get());
            return Optional.of(kept.get().reply());
        }
        return Optional.empty();
    }

    /** The framed reply, by a look or by that of somebody else who asks the same. Throws nothing for what is asked. */
    byte[] looked(byte[] payload) throws InterruptedException {
        String request = text(payload);
        int space = request.indexOf(' ');
        String map = space < 0 ? request : request.substring(0, space);
        boolean tlsRpt = map.equals(QUERY_WITH_TLSRPT);
        if (space < 0 || !(tlsRpt || map.equals(QUERY))) {
            counts.count(Event.REFUSED);
            return SocketmapReply.permanent("There is no map of this name; there are " + QUERY
                    + " (Postfix up to 3.9) and " + QUERY_WITH_TLSRPT + " (3.10 and later).");
        }
        return looked(request, tlsRpt, payload, space + 1);
    }

    /** The bytes, one letter each. */
    private static String text(byte[] payload) {
        return new String(payload, StandardCharsets.ISO_8859_1);
    }

    private byte[] looked(String request, boolean tlsRpt, byte[] payload, int keyAt) throws InterruptedException {
        CompletableFuture<byte[]> mine = new CompletableFuture<>();
        @Nullable CompletableFuture<byte[]> others = underWay.putIfAbsent(request, mine);
        if (others == null) {
            // The look of somebody else may have ended since the caller asked whether the reply is known.
            Optional<KeptAnswer> kept = cache.get(request);
            if (kept.isPresent() && kept.get().holds(clock.millis())) {
                underWay.remove(request, mine);
                mine.complete(kept.get().reply());
                return kept.get().reply();
            }
            looks.execute(() -> look(request, tlsRpt, key(payload, keyAt), mine));
        } else {
            counts.count(Event.SHARED);
        }
        try {
            return (others == null ? mine : others).get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            counts.count(Event.TIMEOUT);
            return SocketmapReply.timeout("The look-up takes longer than " + patience.toSeconds() + " s and goes on.");
        } catch (ExecutionException e) {
            return SocketmapReply.temporary("The look-up failed inside Hikyaku; its log has the reason.");
        }
    }

    private void look(String request, boolean tlsRpt, String key, CompletableFuture<byte[]> result) {
        try {
            places.acquire();
            try {
                counts.count(Event.LOOK);
                Decider.Decided decided = decider.decide(key);
                byte[] reply = SocketmapReply.of(decided.decision().answer(), tlsRpt);
                count(decided.decision().answer());
                if (!decided.life().isZero()) {
                    cache.put(
                            request,
                            new KeptAnswer(
                                    reply, clock.millis() + decided.life().toMillis()));
                }
                underWay.remove(request, result); // before anybody goes on who may find it out of date later
                result.complete(reply);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            result.completeExceptionally(e);
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            LOG.atError().setCause(e).log("the look-up of {} failed", key);
            result.completeExceptionally(e);
        } finally {
            underWay.remove(request, result);
        }
    }

    private void count(PolicyAnswer answer) {
        counts.count(
                switch (answer) {
                    case PolicyAnswer.Dane _ -> Event.DANE;
                    case PolicyAnswer.DaneOnly _ -> Event.DANE_ONLY;
                    case PolicyAnswer.Secure _ -> Event.SECURE;
                    case PolicyAnswer.NotFound _ -> Event.NOT_FOUND;
                    case PolicyAnswer.Temp _ -> Event.TEMP;
                });
    }

    /** With SMTPUTF8 the key may hold letters of any script, in UTF-8; bytes that are none make a key that no name has. */
    private static String key(byte[] payload, int from) {
        return new String(payload, from, payload.length - from, StandardCharsets.UTF_8);
    }

    /** Replies held now. */
    public long held() {
        return cache.entries();
    }

    /** Ends looks that are under way. */
    @Override
    public void close() {
        looks.shutdownNow();
    }
}
