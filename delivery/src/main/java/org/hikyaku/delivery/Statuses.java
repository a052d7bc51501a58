package org.hikyaku.delivery;

import org.hikyaku.policy.DeliveryPlan.Cause;
import org.hikyaku.policy.ResultType;
import org.hikyaku.policy.Route;
import org.hikyaku.policy.Verdict;
import org.hikyaku.smtp.EnhancedStatus;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.SessionOutcome.NotReached;
import org.hikyaku.smtp.TransactionOutcome.Lack;

/** Enhanced status codes (RFC 3463 and the registry that it began) for what we find out ourselves. */
final class Statuses {
    /** RFC 3463: routing loop detected. */
    static final EnhancedStatus LOOP = new EnhancedStatus(5, 4, 6);
    /** Bad destination system address. */
    static final EnhancedStatus BAD_DOMAIN = new EnhancedStatus(5, 1, 2);
    /** Directory server failure: the DNS. */
    static final EnhancedStatus DNS = new EnhancedStatus(4, 4, 3);
    /** Bad connection. */
    static final EnhancedStatus BROKEN = new EnhancedStatus(4, 4, 2);
    /** RFC 8689 section 8: no usable TLS for a message that demands REQUIRETLS. */
    static final EnhancedStatus NO_TLS_FOR_REQUIRETLS = new EnhancedStatus(5, 7, 10);
    /** RFC 8689 section 8: REQUIRETLS is not offered. */
    static final EnhancedStatus NO_REQUIRETLS = new EnhancedStatus(5, 7, 30);
    /** Mail system error of our own. */
    static final EnhancedStatus OURS = new EnhancedStatus(4, 3, 0);
    /** Authentication credentials invalid. */
    static final EnhancedStatus LOGIN = new EnhancedStatus(4, 7, 8);

    private Statuses() {}

    static EnhancedStatus of(Route.NoMail.Reason reason) {
        return switch (reason) {
            case NULL_MX -> new EnhancedStatus(5, 1, 10); // RFC 7505 section 4.1
            case NO_SUCH_DOMAIN -> BAD_DOMAIN;
            case NO_ADDRESS -> new EnhancedStatus(5, 4, 4);
        };
    }

    static EnhancedStatus of(NotReached.Reason reason) {
        return switch (reason) {
            case REFUSED, TIMEOUT, NO_ROUTE -> new EnhancedStatus(4, 4, 1);
            case BROKEN, LIMIT -> BROKEN;
            case TURNED_AWAY_FOR_NOW, TURNED_AWAY -> new EnhancedStatus(4, 3, 2);
        };
    }

    /** A rule that is not met: cryptographic failure, or STARTTLS that is not there. */
    static EnhancedStatus of(Verdict.Refusal refusal) {
        return refusal.type().filter(ResultType.STARTTLS_NOT_SUPPORTED::equals).isPresent()
                ? new EnhancedStatus(4, 7, 4)
                : new EnhancedStatus(4, 7, 5);
    }

    /** A host that is ruled out before any connection. */
    static EnhancedStatus of(Cause cause, Verdict.Refusal refusal) {
        return switch (cause) {
            case UNDECIDABLE ->
                refusal.reasonCode().filter("address-lookup"::equals).isPresent() ? DNS : of(refusal);
            case NO_ADDRESS -> new EnhancedStatus(4, 4, 4);
            case NOT_IN_POLICY, DANE_REQUIRED, UNCONFIRMED -> of(refusal);
            case LIMIT -> DNS;
        };
    }

    static EnhancedStatus of(Lack lack, boolean asciiAddresses) {
        return switch (lack) {
            case SIZE -> new EnhancedStatus(5, 3, 4);
            // RFC 6531 section 3.4, RFC 5248's registry: an address, or the header
            case SMTPUTF8 -> new EnhancedStatus(5, 6, asciiAddresses ? 9 : 7);
            case EIGHT_BIT, BINARY, CHUNKING -> new EnhancedStatus(5, 6, 3);
            case REQUIRETLS -> NO_REQUIRETLS;
            case DSN, UNFIT -> new EnhancedStatus(5, 6, 0);
        };
    }

    static EnhancedStatus of(Reply reply) {
        return reply.enhanced()
                .orElseGet(() -> new EnhancedStatus(
                        switch (reply.kind()) {
                            case POSITIVE -> 2;
                            case INTERMEDIATE, TRANSIENT -> 4;
                            case PERMANENT -> 5;
                        },
                        0,
                        0));
    }
}
