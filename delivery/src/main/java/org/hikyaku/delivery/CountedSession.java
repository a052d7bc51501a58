package org.hikyaku.delivery;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.StsPolicy;
import org.hikyaku.policy.TlsaRecord;

/**
 * One session as TLS-RPT counts it (RFC 8460 section 4). Names are A-labels without a final dot (T25).
 *
 * @param at when it ended
 * @param recipientDomain whose mail it was for
 * @param policies each policy that applied, with what the session was under it; never empty (T5)
 * @param mxHost {@code receiving-mx-hostname}: as in the MX record
 * @param helo {@code receiving-mx-helo}: what the server called itself; empty when it did not come to that
 * @param receivingIp {@code receiving-ip}; empty when it was refused before any connection (T9)
 * @param sendingIp {@code sending-mta-ip}; empty likewise
 */
public record CountedSession(
        Instant at,
        String recipientDomain,
        List<CountedPolicy> policies,
        Optional<String> mxHost,
        Optional<String> helo,
        Optional<InetAddress> receivingIp,
        Optional<InetAddress> sendingIp) {

    public CountedSession {
        policies = List.copyOf(policies);
    }

    /**
     * A policy and the session's result under it.
     *
     * @param failure empty when the session was compliant (T6)
     */
    public record CountedPolicy(Policy policy, Optional<Failure> failure) {}

    /** Which policy; equal ones are one entry of a report (T23). */
    public sealed interface Policy {

        /** The policy domain (T2), at which the record {@code _smtp._tls} is looked for. */
        String domain();

        /**
         * {@code tlsa}.
         *
         * @param domain the TLSA base domain: the MX host, not the recipient domain (T2)
         * @param records those published, usable or not; empty where they could not be found out
         */
        record Tlsa(String domain, List<TlsaRecord> records) implements Policy {
            public Tlsa {
                records = List.copyOf(records);
            }
        }

        /**
         * {@code sts}.
         *
         * @param domain the recipient domain
         * @param policy the policy in force; empty where it could not be had
         */
        record Sts(String domain, Optional<StsPolicy> policy) implements Policy {}

        /** {@code no-policy-found} (T4). */
        record None(String domain) implements Policy {}
    }

    /**
     * Why the session was not compliant.
     *
     * @param type the result type (T7)
     * @param reasonCode {@code failure-reason-code}
     * @param sentence {@code additional-information}, for people
     * @param session false for a failure that is none of a session: a policy that could not be fetched (T22). It adds a
     *     failure detail and no failed session.
     */
    public record Failure(ResultType type, Optional<String> reasonCode, String sentence, boolean session) {}
}
