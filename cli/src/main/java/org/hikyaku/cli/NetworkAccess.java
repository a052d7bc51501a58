package org.hikyaku.cli;

import java.time.Duration;
import java.time.InstantSource;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Resolver;
import org.hikyaku.dns.TrustAnchors;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.net.Network;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.ValidatedAddresses;

/** A way to the network for one command: whom to dial through, whom to ask, whom to trust. */
public interface NetworkAccess extends AutoCloseable {

    Network network();

    /** A plain resolver; nothing that it says is validated yet. */
    Resolver resolver();

    /** By what the DNS root is trusted. */
    TrustAnchors anchors();

    /** Who may vouch for certificates. */
    org.hikyaku.x509.TrustAnchors authorities();

    /**
     * Look-ups that are validated.
     *
     * @param longest for one of them
     */
    default Lookup lookup(Duration longest, InstantSource clock) {
        return new ValidatingResolver(
                resolver(), anchors(), ValidatorOptions.defaults().withPerLookup(longest), clock);
    }

    /**
     * Fetches the policies of MTA-STS.
     *
     * @param lookup for the addresses of the policy hosts
     * @param longest for one policy
     */
    default StsFetcher fetcher(Lookup lookup, Duration longest, InstantSource clock) {
        return new StsFetcher(network(), new ValidatedAddresses(lookup), authorities(), clock, longest);
    }

    @Override
    void close();
}
