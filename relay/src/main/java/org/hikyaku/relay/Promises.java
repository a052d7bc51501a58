package org.hikyaku.relay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsLog;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.policy.service.PolicyRenewal;

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

    @Override
    public void close() throws IOException {
        renewal.close();
        log.close();
    }
}
