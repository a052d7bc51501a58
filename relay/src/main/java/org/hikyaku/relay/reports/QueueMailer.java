package org.hikyaku.relay.reports;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.tlsrpt.send.HandOver;
import org.hikyaku.tlsrpt.send.ReportMailer;

/** Hands mails with reports to the relay's own queue. */
public final class QueueMailer implements ReportMailer {
    /** T18: longer than that no report is tried. */
    public static final Duration LIFE = Duration.ofHours(24);

    /** In the place of the client that a mail came from: no client is called that, for each has its address behind its name. */
    private static final String ORIGIN = "own TLS reports";

    private final MailQueue queue;
    private final InstantSource clock;

    public QueueMailer(MailQueue queue, InstantSource clock) {
        this.queue = queue;
        this.clock = clock;
    }

    /** Whether a mail is a report of our own. */
    public static boolean isReport(QueuedEnvelope mail) {
        return mail.client().equals(ORIGIN);
    }

    @Override
    public HandOver mail(Envelope envelope, byte[] mail) {
        // T19: nobody is told what becomes of a report
        Envelope untold = new Envelope(
                envelope.sender(),
                envelope.recipients().stream()
                        .map(r -> new Envelope.Recipient(r.address(), Optional.of(Set.of()), r.original()))
                        .toList(),
                envelope.returned(),
                envelope.id(),
                false);
        try (Draft draft = queue.open()) {
            draft.content().write(mail);
            String id = draft.commit(new QueuedEnvelope(
                            untold,
                            Body.SEVEN_BIT,
                            false,
                            Demand.TLS_NOT_REQUIRED, // T14
                            clock.instant(),
                            Optional.empty(),
                            ORIGIN))
                    .toString();
            return new HandOver.Taken(
                    "The mail to " + envelope.recipients().getFirst().address() + " is in the queue as " + id + ".");
        } catch (IOException e) {
            return new HandOver.Later("The queue does not take the mail: " + e.getMessage() + ".");
        }
    }
}
