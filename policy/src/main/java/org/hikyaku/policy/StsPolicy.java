package org.hikyaku.policy;

import java.time.Duration;
import java.util.List;
import org.xbill.DNS.Name;

/**
 * An MTA-STS policy (RFC 8461 section 3.2).
 *
 * @param mode what senders are asked to do
 * @param mx the patterns, in order, in A-labels, lower case
 * @param maxAge life of the policy, at most 31557600 s (S6)
 * @param lines the policy's lines as served, for reports (T3)
 */
public record StsPolicy(Mode mode, List<MxPattern> mx, Duration maxAge, List<String> lines) {

    public StsPolicy {
        mx = List.copyOf(mx);
        lines = List.copyOf(lines);
    }

    public enum Mode {
        ENFORCE("enforce"),
        TESTING("testing"),
        NONE("none");

        private final String token;

        Mode(String token) {
            this.token = token;
        }

        /** As it stands in a policy. */
        public String token() {
            return token;
        }
    }

    /** Whether some pattern means this MX record's exchange (S7). */
    public boolean names(Name exchange) {
        return mx.stream().anyMatch(p -> p.matches(exchange));
    }
}
