package org.hikyaku.policy;

import java.time.Instant;
import java.util.Optional;

/** What a sender knows of a domain's MTA-STS policy at one moment. */
public sealed interface StsObservation {

    /** The domain publishes none, or none that is valid, and none is cached (S2). */
    record NoPolicy(String why) implements StsObservation {}

    /**
     * A policy that is in force: just fetched, or cached and not yet expired (S3, S4, S15).
     *
     * @param policy the policy
     * @param id the TXT record's id that it was fetched under
     * @param fetched when it was fetched
     * @param problem why the present TXT record or policy host could not renew it; empty when all is well
     */
    record InForce(StsPolicy policy, String id, Instant fetched, Optional<StsProblem> problem)
            implements StsObservation {
        public Instant expires() {
            return fetched.plus(policy.maxAge());
        }
    }

    /** A policy is announced, could not be had, and none is cached: deliver as if there were none (S17), and report. */
    record Unavailable(String id, StsProblem problem) implements StsObservation {}

    /** Whether a policy is announced could not be found out, and none is cached. */
    record Unknown(String why) implements StsObservation {}
}
