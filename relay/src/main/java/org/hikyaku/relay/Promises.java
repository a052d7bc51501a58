package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Failure;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.policy.service.PolicyRenewal;
import org.xbill.DNS.Name;
import org.xbill.DNS.Type;

/** What domains promise: validated look-ups, and MTA-STS policies that outlive a restart (S16) and are renewed daily (S15). */
final class Promises implements Closeable {
    private final Lookup lookup;
    private final StsLog log;
    private final StsCache policies;
    private final PolicyRenewal renewal;

    Promises(Path folder, Surroundings around) throws IOException {
        this.lookup = new ValidatingResolver(
                around.resolver(),
                around.anchors(),
                ValidatorOptions.defaults().withPerLookup(Duration.ofSeconds(15)),
                around.clock());
        this.log = StsLog.open(folder.resolve("mta-sts.log"), around.clock());
        this.policies = new StsCache(
                lookup,
                new StsFetcher(
                        around.dialling(),
                        new ValidatedAddresses(lookup),
                        around.authorities(),
                        around.clock(),
                        StsFetcher.DEFAULT_TIMEOUT),
                log,
                around.clock());
        this.renewal = new PolicyRenewal(policies::refreshAll, around.clock(), around.random());
    }

    Lookup lookup() {
        return lookup;
    }

    StsCache policies() {
        return policies;
    }

    PolicyRenewal renewal() {
        return renewal;
    }

    /**
     * D24: with a resolver that leaves DNSSEC records out every domain would look as if it were attacked. A sentence when it
     * is of that kind.
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

    @Override
    public void close() throws IOException {
        renewal.close();
        log.close();
    }
}
