package org.hikyaku.relay.receive;

import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.hikyaku.relay.config.Prefix;
import org.hikyaku.smtp.Mailbox;

/**
 * For whom mail is taken from whom.
 *
 * @param ownDomains domains whose mail is delivered here; lower case, A-labels
 * @param known whether an address of an own domain exists
 * @param relayDomains domains that mail is taken for from anybody and passed on; lower case, A-labels
 * @param networks whose clients may send anywhere without a login
 * @param requireTls whether port 25 takes mail inside TLS only
 * @param inClear addresses whose mail is taken in clear all the same: the mailbox for TLS reports (T15, RFC 8460 section 3)
 * @param submission what is asked of mail that users hand in, beside that they are users
 * @param mostHops lines of {@code Received:} past which a mail runs in a circle
 */
public record ReceiveRules(
        Set<String> ownDomains,
        Predicate<Mailbox> known,
        Set<String> relayDomains,
        List<Prefix> networks,
        boolean requireTls,
        Set<Mailbox> inClear,
        SubmissionRules submission,
        int mostHops) {

    /**
     * What is asked of mail that users hand in.
     *
     * @param requireCertificate whether who submits must show a certificate that is trusted
     * @param senders from which addresses users may send
     * @param complete whether the mail gets the date and the Message-ID that it lacks
     */
    public record SubmissionRules(boolean requireCertificate, SenderRule senders, boolean complete) {
        /** Nothing. */
        public static SubmissionRules none() {
            return new SubmissionRules(false, SenderRule.any(), false);
        }
    }

    /** RFC 5321 section 6.3 wants 100 at least. */
    public static final int USUAL_HOPS = 100;

    public ReceiveRules {
        ownDomains = Set.copyOf(ownDomains);
        relayDomains = Set.copyOf(relayDomains);
        networks = List.copyOf(networks);
        inClear = Set.copyOf(inClear);
    }

    /** Own domains with every local part, nothing relayed but for users. */
    public static ReceiveRules of(Set<String> ownDomains) {
        return new ReceiveRules(
                ownDomains, address -> true, Set.of(), List.of(), false, Set.of(), SubmissionRules.none(), USUAL_HOPS);
    }

    public ReceiveRules withKnown(Predicate<Mailbox> who) {
        return new ReceiveRules(ownDomains, who, relayDomains, networks, requireTls, inClear, submission, mostHops);
    }

    public ReceiveRules withRelaying(Set<String> domains, List<Prefix> from) {
        return new ReceiveRules(ownDomains, known, domains, from, requireTls, inClear, submission, mostHops);
    }

    public ReceiveRules withTls(boolean required, Set<Mailbox> exceptions) {
        return new ReceiveRules(ownDomains, known, relayDomains, networks, required, exceptions, submission, mostHops);
    }

    public ReceiveRules withSubmission(SubmissionRules rules) {
        return new ReceiveRules(ownDomains, known, relayDomains, networks, requireTls, inClear, rules, mostHops);
    }

    public ReceiveRules withMostHops(int hops) {
        return new ReceiveRules(ownDomains, known, relayDomains, networks, requireTls, inClear, submission, hops);
    }
}
