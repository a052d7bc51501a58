package org.hikyaku.delivery;

import java.time.Instant;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.MailContent;

/**
 * One mail, and those of its recipients whose mail goes to the same domain.
 *
 * @param queueId names the mail in the log
 * @param domain where it goes: the recipients' domain in A-labels without a final dot, or an address literal in brackets
 * @param envelope the sender, and the recipients of this domain only
 * @param body what its bytes are
 * @param smtpUtf8 whether it came under SMTPUTF8 (RFC 6531) and must go on so
 * @param demand what the message demands; {@link Demand#REQUIRE_TLS} goes with {@link Envelope#requireTls}
 * @param content its bytes, with all header fields that we add
 * @param received when we took responsibility for it
 */
public record Consignment(
        String queueId,
        String domain,
        Envelope envelope,
        Body body,
        boolean smtpUtf8,
        Demand demand,
        MailContent content,
        Instant received) {

    public Consignment {
        if (envelope.requireTls() != (demand == Demand.REQUIRE_TLS)) {
            // Q10: REQUIRETLS beats the header, so that the two cannot differ
            throw new IllegalArgumentException("the envelope and the demand must agree on REQUIRETLS");
        }
    }
}
