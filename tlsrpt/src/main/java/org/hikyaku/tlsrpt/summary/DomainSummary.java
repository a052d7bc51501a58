package org.hikyaku.tlsrpt.summary;

import java.time.LocalDate;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import org.hikyaku.tlsrpt.PolicyType;
import org.hikyaku.tlsrpt.receive.ReceivedReport;

/**
 * What the reports say about one domain.
 *
 * @param domain one of ours
 * @param days day by day, those without a report left out
 * @param senders most sessions first
 * @param policies most sessions first
 * @param problems most failed sessions first
 * @param reports the reports behind all this, the newest day first
 */
public record DomainSummary(
        String domain,
        List<Day> days,
        List<Sender> senders,
        List<Policy> policies,
        List<Problem> problems,
        List<ReceivedReport> reports) {

    /** The sessions of a day. */
    public record Day(LocalDate day, long kept, long failed) {}

    /**
     * The sessions of one sender.
     *
     * @param name the domain that signed its reports, or else what these say
     * @param signed whether a signature vouches for the name (T13)
     */
    public record Sender(String name, boolean signed, long kept, long failed) {}

    /** The sessions under one kind of policy. */
    public record Policy(PolicyType type, String policyDomain, long kept, long failed) {}

    /**
     * One thing that went wrong.
     *
     * @param type the result type
     * @param mx the MX host concerned, where reports name one
     * @param sessions failed sessions, added up over the reports
     * @param first the first day
     * @param last the last day
     * @param senders who saw it
     * @param addresses receiving addresses, at most {@link Summary#MAX_SHOWN}
     * @param reasons reason codes, at most {@link Summary#MAX_SHOWN}
     * @param mend what to do
     */
    public record Problem(
            String type,
            PolicyType policy,
            Optional<String> mx,
            long sessions,
            LocalDate first,
            LocalDate last,
            NavigableSet<String> senders,
            NavigableSet<String> addresses,
            NavigableSet<String> reasons,
            String mend) {}

    public long kept() {
        return days.stream().mapToLong(Day::kept).sum();
    }

    public long failed() {
        return days.stream().mapToLong(Day::failed).sum();
    }

    /** Where it is going: the last day beside those before it, in a sentence. */
    public String trend() {
        if (days.isEmpty()) {
            return "There is no report about this time.";
        }
        Day last = days.getLast();
        long before = failed() - last.failed();
        long all = kept() + failed() - last.kept() - last.failed();
        String then = days.size() == 1
                ? ""
                : "; on the " + (days.size() - 1) + (days.size() == 2 ? " day" : " days") + " before, "
                        + share(before, all);
        return "On " + last.day() + ", " + share(last.failed(), last.kept() + last.failed()) + then + ".";
    }

    private static String share(long failed, long all) {
        if (failed == 0) {
            return all == 1 ? "the one session was as it should be" : "all " + all + " sessions were as they should be";
        }
        return failed + " of " + all + " sessions failed";
    }
}
