package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.policy.service.Decider;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/**
 * What answers about policies are made with.
 *
 * @param lookup validated look-ups
 * @param policies the MTA-STS policies
 * @param decider puts both together
 */
record PolicyParts(Lookup lookup, StsCache policies, Decider decider) {
    /** The file of the store in its folder. */
    static final String STORE_FILE = "mta-sts.log";

    /** A look-up that takes longer than this is of no use to Postfix, which waits 100 s for the whole answer. */
    private static final Duration LONGEST_FETCH = Duration.ofSeconds(30);

    /** Answers are remembered as a whole; the resolver's own cache need not hold them once more. */
    private static final ValidatorOptions.CacheSize CACHE = new ValidatorOptions.CacheSize(
            new Limit("answers in the cache", 50_000), new Limit("bytes in the answer cache", 64L << 20));

    /** @param port where Postfix sends to when the key names no port */
    static PolicyParts over(NetworkAccess access, Duration timeout, StsStore store, InstantSource clock, int port) {
        Lookup lookup = new ValidatingResolver(
                access.resolver(),
                access.anchors(),
                ValidatorOptions.defaults().withPerLookup(timeout).withCache(CACHE),
                clock);
        StsFetcher fetcher = new StsFetcher(
                access.network(), new ValidatedAddresses(lookup), access.authorities(), clock, LONGEST_FETCH);
        StsCache policies = new StsCache(lookup, fetcher, store, clock);
        return new PolicyParts(
                lookup, policies, new Decider(new Observer(lookup, policies, clock), policies, clock, port));
    }

    /** The store in this folder, which is made when it is not there. */
    static StsLog open(Path folder, InstantSource clock) {
        try {
            Files.createDirectories(folder);
            return StsLog.open(folder.resolve(STORE_FILE), clock);
        } catch (IOException e) {
            throw new UsageException("--store " + folder + ": " + FileTrouble.why(e), e);
        }
    }

    /**
     * D24: what a resolver that leaves DNSSEC records out would have us answer is wrong for every domain: TEMP would hold
     * all mail back, and without DNSSEC there is no DANE. A sentence when the resolver is of that kind.
     */
    Optional<String> strippedDnssec() {
        return lookup.lookup(Name.root, Type.SOA) instanceof Answer.Failed failed
                        && failed.failure().kind() == Failure.Kind.DNSSEC_STRIPPED
                ? Optional.of(failed.failure().sentence())
                : Optional.empty();
    }

    /** Why nothing can be looked up just now. */
    Optional<String> unreachable() {
        return switch (lookup.lookup(Name.root, Type.SOA)) {
            case Answer.Definite _ -> Optional.empty();
            case Answer.Bogus bogus -> Optional.of(bogus.reason().sentence());
            case Answer.Failed failed -> Optional.of(failed.failure().sentence());
        };
    }
}
