package org.hikyaku.smtp.server;

import java.util.List;
import org.hikyaku.smtp.Envelope;

/**
 * A mail whose content comes next.
 *
 * @param recipients those that were accepted, at least one
 */
public record IncomingMail(Sender sender, List<Envelope.Recipient> recipients) {
    public IncomingMail {
        recipients = List.copyOf(recipients);
    }

    /** In the shape that goes on to the next server. */
    public Envelope envelope() {
        return new Envelope(sender.address(), recipients, sender.returned(), sender.id(), sender.requireTls());
    }
}
