package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.service.Decider;

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
        StsFetcher fetcher = access.fetcher(lookup, LONGEST_FETCH, clock);
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
}
