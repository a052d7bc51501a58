package org.hikyaku.policy;

import org.xbill.DNS.Name;

/** Knows MTA-STS policies: {@link StsCache}, or in tests a constant. */
@FunctionalInterface
public interface StsSource {

    /** What is known of this domain's policy now; never throws for anything that the network does. */
    StsObservation observe(Name domain);
}
