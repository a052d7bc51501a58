package org.hikyaku.dns;

import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.net.Deadline;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/**
 * Validates what a plain resolver says (RFC 4033 to 4035, 5155, 6840) and remembers it. Any number of threads may
 * look up at once; equal questions share one look-up.
 */
public final class ValidatingResolver implements Lookup {
    private final Resolver upstream;
    private final ValidatorOptions options;
    private final InstantSource clock;
    private final ChainOfTrust chain;
    private final BoundedCache<Question, Remembered> cache;
    private final ConcurrentHashMap<Question, CompletableFuture<Answer>> underway = new ConcurrentHashMap<>();

    /** Ready to use; asks nothing yet. */
    public ValidatingResolver(Resolver upstream, TrustAnchors anchors, ValidatorOptions options, InstantSource clock) {
        this(upstream, anchors, options, clock, SignatureVerifier.fastest());
    }

    ValidatingResolver(
            Resolver upstream,
            TrustAnchors anchors,
            ValidatorOptions options,
            InstantSource clock,
            SignatureVerifier verifier) {
        this.upstream = upstream;
        this.options = options;
        this.clock = clock;
        this.chain = new ChainOfTrust(anchors, options, verifier);
        this.cache = new BoundedCache<>(
                options.cache().entries().value(), options.cache().bytes().value(), Remembered::bytes);
    }

    @Override
    public Answer lookup(Question question) {
        Optional<Remembered> remembered = cache.get(question);
        if (remembered.isPresent()) {
            long now = clock.millis();
            if (remembered.get().isFresh(now)) {
                return remembered.get().at(question, now);
            }
            cache.remove(question, remembered.get());
        }
        return validated(question);
    }

    /** Forgets all answers and zones. */
    public void forget() {
        cache.clear();
        chain.clear();
    }

    private Answer validated(Question question) {
        if (isMeta(question.type())) {
            return new Answer.Failed(
                    question,
                    new Failure(
                            Failure.Kind.UNANSWERABLE,
                            Type.string(question.type()) + " is not a record type that can be validated: ask for one"
                                    + " record type, such as MX or A."));
        }
        Deadline deadline = Deadline.after(options.perLookup());
        LookupWork work = new LookupWork(question, upstream, options.limits(), deadline, clock.millis());
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        @Nullable CompletableFuture<Answer> others = underway.putIfAbsent(question, mine);
        if (others != null) {
            try {
                return work.await(others);
            } catch (StoppedException e) {
                return new Answer.Failed(question, e.failure());
            }
        }
        Answer answer = new Answer.Failed(
                question, new Failure(Failure.Kind.MALFORMED, "The look-up of " + question + " was not finished."));
        try {
            answer = new Validation(chain, options, work, question).run();
            if (answer instanceof Answer.Bogus bogus && mayHaveNewKeys(bogus, work)) {
                chain.forget(bogus.reason().zone());
                answer = new Validation(chain, options, work.again(), question).run();
            }
            remember(question, answer, work.nowMillis());
        } catch (StoppedException e) {
            answer = new Answer.Failed(question, e.failure());
        } finally {
            underway.remove(question, mine);
            // whoever waits must never wait in vain, whatever went wrong here
            mine.complete(answer);
        }
        return answer;
    }

    // a zone that changed its keys before the TTL of the old ones was over: remembered keys get one second look
    private static boolean mayHaveNewKeys(Answer.Bogus bogus, LookupWork work) {
        return bogus.reason().code() == ExtendedError.DNSKEY_MISSING
                && work.reused().contains(bogus.reason().zone());
    }

    // nothing signs these as a whole: ANY, transfers, OPT, TSIG, and RRSIG itself (RFC 4035 section 2.2)
    private static boolean isMeta(int type) {
        return type == Type.RRSIG || type == Type.OPT || type == 0 || type >= 249 && type <= 255;
    }

    private void remember(Question question, Answer answer, long now) {
        long seconds = switch (answer) {
            case Answer.Definite definite -> definite.content().ttl().toSeconds();
            case Answer.Bogus bogus -> options.bogusTtl().toSeconds();
            case Answer.Failed failed -> 0;
        };
        if (seconds > 0) {
            cache.put(question, new Remembered(answer, now + 1000 * seconds, Remembered.bytes(answer)));
        }
    }

    /**
     * An answer, kept.
     *
     * @param expiresAt its end, milliseconds since 1970
     * @param bytes about what it takes in memory
     */
    private record Remembered(Answer answer, long expiresAt, long bytes) {
        private static final long FIXED_BYTES = 1500;
        private static final long RECORD_BYTES = 250;

        boolean isFresh(long now) {
            return now < expiresAt;
        }

        Answer at(Question question, long now) {
            // a part of a second counts as a whole one, so that an answer never leaves here with a TTL of 0
            long left = (expiresAt - now + 999) / 1000;
            return switch (answer) {
                case Answer.Secure secure ->
                    new Answer.Secure(question, secure.content().withTtl(left), secure.proof());
                case Answer.Insecure insecure ->
                    new Answer.Insecure(question, insecure.content().withTtl(left), insecure.proof());
                case Answer.Bogus bogus -> bogus;
                case Answer.Failed failed -> failed;
            };
        }

        static long bytes(Answer answer) {
            if (answer instanceof Answer.Definite definite) {
                long bytes = FIXED_BYTES
                        + RECORD_BYTES * definite.content().aliases().size();
                for (Record rr : definite.content().recordsOrNone()) {
                    bytes += RECORD_BYTES + rr.rdataToWireCanonical().length;
                }
                return bytes;
            }
            return FIXED_BYTES;
        }
    }
}
