package org.hikyaku.dns;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;

/** What one look-up may still spend: time, queries, signature checks, hashes; and what it has learned on its way. */
final class LookupWork {
    private final Question question;
    private final Resolver upstream;
    private final ValidatorOptions.Limits limits;
    private final Deadline deadline;
    private final long nowMillis;
    private final Map<Name, ZoneTrust> zones = new HashMap<>();
    /** Signed zones whose keys were remembered from an earlier look-up. */
    private final Set<Name> reused = new HashSet<>();

    private int queries;
    private int signatureChecks;
    private int nsec3Hashes;
    private boolean strippingExcluded;

    LookupWork(
            Question question, Resolver upstream, ValidatorOptions.Limits limits, Deadline deadline, long nowMillis) {
        this.question = question;
        this.upstream = upstream;
        this.limits = limits;
        this.deadline = deadline;
        this.nowMillis = nowMillis;
    }

    long nowMillis() {
        return nowMillis;
    }

    long nowSeconds() {
        return Math.floorDiv(nowMillis, 1000L);
    }

    Deadline deadline() {
        return deadline;
    }

    ValidatorOptions.Limits limits() {
        return limits;
    }

    String resolverInWords() {
        return upstream.inWords();
    }

    /** Zones judged during this look-up, whatever their TTL. */
    Map<Name, ZoneTrust> zones() {
        return zones;
    }

    Set<Name> reused() {
        return reused;
    }

    /** The same look-up from the start, in what is left of its time. */
    LookupWork again() {
        return new LookupWork(question, upstream, limits, deadline, nowMillis);
    }

    /** True once it is known that the resolver passes signatures on. */
    boolean strippingExcluded() {
        return strippingExcluded;
    }

    void excludeStripping() {
        strippingExcluded = true;
    }

    Response ask(Name name, int type) throws StoppedException {
        Question asked = new Question(name, type);
        countQuery();
        return usable(asked, upstream.ask(asked, deadline));
    }

    /** Asks on a thread of its own, while the caller does something else. */
    CompletableFuture<Reply> askMeanwhile(Name name, int type) throws StoppedException {
        Question asked = new Question(name, type);
        countQuery();
        CompletableFuture<Reply> reply = new CompletableFuture<>();
        Thread.ofVirtual().name("dns-", 0).start(() -> {
            try {
                reply.complete(upstream.ask(asked, deadline));
            } catch (RuntimeException e) {
                reply.completeExceptionally(e);
            }
        });
        return reply;
    }

    /** What {@link #askMeanwhile} brought. */
    Response join(Name name, int type, CompletableFuture<Reply> reply) throws StoppedException {
        return usable(new Question(name, type), await(reply));
    }

    /** Waits for what another thread works out. */
    <T> T await(CompletableFuture<T> other) throws StoppedException {
        try {
            return other.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw stopped(Failure.Kind.TIMEOUT, "The look-up of " + question + " took too long.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw stopped(Failure.Kind.TIMEOUT, "The look-up of " + question + " was interrupted.");
        } catch (ExecutionException e) {
            if (e.getCause() instanceof StoppedException stopped) {
                throw new StoppedException(stopped.failure());
            }
            throw new IllegalStateException(e.getCause());
        }
    }

    private Response usable(Question asked, Reply reply) throws StoppedException {
        return switch (reply) {
            case Reply.Unusable unusable -> throw new StoppedException(unusable.failure());
            case Reply.Received received -> {
                int rcode = received.message().getRcode();
                if (rcode != Rcode.NOERROR && rcode != Rcode.NXDOMAIN) {
                    throw stopped(
                            rcode == Rcode.REFUSED ? Failure.Kind.REFUSED : Failure.Kind.SERVFAIL,
                            "For " + asked + ", " + upstream.inWords() + " answered " + Rcode.string(rcode) + ".");
                }
                yield new Response(received.message());
            }
        };
    }

    private void countQuery() throws StoppedException {
        if (deadline.passed()) {
            throw stopped(Failure.Kind.TIMEOUT, "The look-up of " + question + " took too long.");
        }
        queries = counted(queries, limits.queries());
    }

    void countSignatureCheck() throws StoppedException {
        signatureChecks = counted(signatureChecks, limits.signatureChecks());
    }

    void countNsec3Hash() throws StoppedException {
        nsec3Hashes = counted(nsec3Hashes, limits.nsec3Hashes());
    }

    private int counted(int before, Limit limit) throws StoppedException {
        if (before >= limit.value()) {
            throw overLimit(limit, "");
        }
        return before + 1;
    }

    StoppedException overLimit(Limit limit, String detail) {
        return stopped(
                Failure.Kind.LIMIT,
                "The look-up of " + question + " was given up at the limit of " + limit.value() + " " + limit.name()
                        + (detail.isEmpty() ? "." : ": " + detail + "."));
    }

    StoppedException stopped(Failure.Kind kind, String sentence) {
        return new StoppedException(new Failure(kind, sentence));
    }

    Optional<ZoneTrust> known(Name zone) {
        return Optional.ofNullable(zones.get(zone));
    }
}
