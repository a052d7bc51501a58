package org.hikyaku.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Optional;
import org.hikyaku.delivery.Consignment;
import org.hikyaku.relay.local.LocalDelivery;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;

/** Puts mail for what an alias stands for into the queue, with the alias in a field on top. */
record Forwarder(MailQueue queue, InstantSource clock) implements LocalDelivery.Forward {

    @Override
    public void send(Consignment mail, Envelope envelope, Mailbox deliveredTo) throws IOException {
        try (Draft draft = queue.open();
                InputStream in = mail.content().open()) {
            OutputStream out = draft.content();
            out.write(("Delivered-To: " + deliveredTo + "\r\n").getBytes(StandardCharsets.UTF_8));
            in.transferTo(out);
            // The alias may have letters beyond ASCII that the mail had not.
            boolean utf8 = mail.smtpUtf8() || !deliveredTo.ascii();
            draft.commit(new QueuedEnvelope(
                    envelope,
                    mail.body(),
                    utf8,
                    mail.demand(),
                    clock.instant(),
                    Optional.empty(),
                    "alias " + deliveredTo + ", was " + mail.queueId()));
        }
    }
}
