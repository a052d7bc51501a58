package org.hikyaku.cli;

import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.service.PolicyCounts;
import org.hikyaku.policy.service.PolicyRenewal;
import org.hikyaku.policy.service.PolicyService;

/** The policy service in the text format of Prometheus; the names are promises, {@code docs/policy.md} has them all. */
final class PolicyMetrics {
    private static final String PREFIX = "hikyaku_policy_";

    private PolicyMetrics() {}

    static String of(PolicyCounts counts, PolicyService service, PolicyRenewal renewal) {
        StringBuilder text = new StringBuilder(4096);
        for (PolicyCounts.Event event : PolicyCounts.Event.values()) {
            put(text, event.metric(), "counter", event.help(), counts.of(event));
        }
        StsCache.Renewal last = renewal.last();
        put(text, "answers_held", "gauge", "Replies that may be given again.", service.held());
        put(text, "renewals_due", "gauge", "MTA-STS policies due in the last round of renewals.", last.due());
        put(
                text,
                "renewals_failing",
                "gauge",
                "MTA-STS policies that could not be renewed in the last round.",
                last.failing().size());
        last.failing()
                .forEach(f -> text.append(PREFIX)
                        .append("failing_policy_expires_timestamp_seconds{domain=\"")
                        .append(label(f.domain().toString(true)))
                        .append("\"} ")
                        .append(f.expires().getEpochSecond())
                        .append('\n'));
        return text.toString();
    }

    private static void put(StringBuilder text, String name, String type, String help, long value) {
        text.append("# HELP ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(help)
                .append('\n');
        text.append("# TYPE ")
                .append(PREFIX)
                .append(name)
                .append(' ')
                .append(type)
                .append('\n');
        text.append(PREFIX).append(name).append(' ').append(value).append('\n');
    }

    private static String label(String text) {
        return text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
    }
}
