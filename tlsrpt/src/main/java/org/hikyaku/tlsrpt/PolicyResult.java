package org.hikyaku.tlsrpt;

import java.util.List;

/**
 * What became of the sessions under one policy.
 *
 * @param policy the policy
 * @param successful sessions that kept it (T6), 0 or more
 * @param failed sessions that did not, 0 or more
 * @param failures why; may come to more than {@code failed} (T6), or to less
 */
public record PolicyResult(ReportedPolicy policy, long successful, long failed, List<FailureCount> failures) {
    public PolicyResult {
        if (successful < 0 || failed < 0) {
            throw new IllegalArgumentException("a number of sessions is not negative");
        }
        failures = List.copyOf(failures);
    }
}
