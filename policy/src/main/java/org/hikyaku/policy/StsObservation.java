package org.hikyaku.policy;

import java.time.Instant;
import java.util.Optional;
import org.hikyaku.dns.Answer;

/** What a sender knows of a domain's MTA-STS policy at one moment. */
public sealed interface StsObservation {

    /** The answer for {@code _mta-sts.<domain>} TXT just now. */
    Answer record();

    /** What the policy host showed just now; empty when it was not asked. */
    Optional<PolicyFetch> fetch();

    /** The domain publishes none, or none that is valid, and none is cached (S2). */
    record NoPolicy(Answer record, Reason reason, String why) implements StsObservation {

        public enum Reason {
            /** There is no TXT record that begins {@code v=STSv1;}. */
            ABSENT,
            /** There is one, and it is not valid; or there are several. */
            INVALID
        }

        @Override
        public Optional<PolicyFetch> fetch() {
            return Optional.empty();
        }
    }

    /**
     * A policy that is in force: just fetched, or cached and not yet expired (S3, S4, S15).
     *
     * @param policy the policy
     * @param id the TXT record's id that it was fetched under
     * @param fetched when it was fetched
     * @param problem why the present TXT record or policy host could not renew it; empty when all is well, and always
     *     for a policy in mode {@code none} (S13)
     */
    record InForce(
            Answer record,
            StsPolicy policy,
            String id,
            Instant fetched,
            Optional<StsProblem> problem,
            Optional<PolicyFetch> fetch)
            implements StsObservation {
        public Instant expires() {
            return fetched.plus(policy.maxAge());
        }
    }

    /** A policy is announced, could not be had, and none is cached: deliver as if there were none (S17), and report. */
    record Unavailable(Answer record, String id, StsProblem problem, Optional<PolicyFetch> fetch)
            implements StsObservation {}

    /** Whether a policy is announced could not be found out, and none is cached. */
    record Unknown(Answer record, String why) implements StsObservation {
        @Override
        public Optional<PolicyFetch> fetch() {
            return Optional.empty();
        }
    }
}
