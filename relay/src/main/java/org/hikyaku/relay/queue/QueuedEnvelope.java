package org.hikyaku.relay.queue;

import java.time.Instant;
import java.util.Optional;
import org.hikyaku.policy.Demand;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;

/**
 * What the queue keeps of a mail besides its content.
 *
 * @param envelope from whom and for whom, REQUIRETLS and the parameters of DSN among it
 * @param body what the bytes of the content are
 * @param smtpUtf8 whether the mail needs SMTPUTF8 (RFC 6531)
 * @param demand what the mail asks of the connections that it travels over (RFC 8689)
 * @param received when it was accepted
 * @param user who logged in to hand it over; empty for mail from the Internet and for our own notices
 * @param client where it came from, for people: {@code mx.example.jp [192.0.2.1]}
 */
public record QueuedEnvelope(
        Envelope envelope,
        Body body,
        boolean smtpUtf8,
        Demand demand,
        Instant received,
        Optional<String> user,
        String client) {}
