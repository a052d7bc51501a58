package org.hikyaku.conformance.grade;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hikyaku.tlsrpt.PolicyType;

/**
 * What a correct TLS report about the mail to a domain says (RFC 8460), as far as the catalogue decides it.
 *
 * @param wanted whether there is exactly one valid record that asks for reports
 * @param addresses the addresses of that record
 * @param policies the policies that sessions are counted under
 * @param allowed other kinds of policy that may be named too
 */
public record Reporting(boolean wanted, List<String> addresses, List<Policy> policies, Set<PolicyType> allowed) {

    public Reporting {
        addresses = List.copyOf(addresses);
        policies = List.copyOf(policies);
        allowed = Set.copyOf(allowed);
    }

    /**
     * One policy.
     *
     * @param domain whom it is reported under: the TLSA base domain, or the recipient's domain (T2)
     * @param hosts the MX hosts that it speaks of
     * @param exact whether the sessions that they saw are all that is to be counted
     * @param mode the mode of an MTA-STS policy; empty for TLSA records
     * @param failures by host, what a failure there is called (T7); hosts without one do not fail
     */
    public record Policy(
            PolicyType type,
            String domain,
            List<String> hosts,
            boolean exact,
            String mode,
            Map<String, String> failures) {

        public Policy {
            hosts = List.copyOf(hosts);
            failures = Map.copyOf(failures);
        }
    }
}
