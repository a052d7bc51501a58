package org.hikyaku.policy;

import org.xbill.DNS.Name;

/** Fetches policies: {@link StsFetcher}, or in tests a script. */
@FunctionalInterface
public interface PolicySource {

    /** Asks the policy host of this domain now; never throws for anything that the network does. */
    PolicyFetch fetch(Name domain);
}
