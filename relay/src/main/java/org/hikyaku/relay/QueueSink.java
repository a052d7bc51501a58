package org.hikyaku.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.hikyaku.net.Addresses;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueueFullException;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Reply;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.MailRefusedException;
import org.hikyaku.smtp.server.MailSink;

/** Puts what comes in into the queue. */
record QueueSink(String hostname, MailQueue queue, InstantSource clock) implements MailSink {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, d MMM yyyy HH:mm:ss Z", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    @Override
    public Draft begin(Client client, IncomingMail mail) throws IOException {
        try {
            org.hikyaku.relay.queue.Draft draft = queue.open();
            Instant now = clock.instant();
            String from = client.greeting().orElse("unknown") + " ("
                    + Addresses.text(client.remote().getAddress()) + ")";
            draft.content()
                    .write(("Received: from " + from + "\r\n\tby " + hostname + " with "
                                    + (client.tls().isPresent() ? "ESMTPS" : "ESMTP") + " id " + draft.id()
                                    + "; " + DATE.format(now) + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
            return new Draft() {
                @Override
                public OutputStream content() {
                    return draft.content();
                }

                @Override
                public String commit(Body body) throws IOException {
                    try {
                        return draft.commit(new QueuedEnvelope(
                                        mail.envelope(),
                                        body,
                                        mail.sender().smtpUtf8(),
                                        mail.sender().requireTls() ? Demand.REQUIRE_TLS : Demand.ORDINARY,
                                        now,
                                        client.user(),
                                        from))
                                .toString();
                    } catch (QueueFullException e) {
                        throw full();
                    }
                }

                @Override
                public void close() {
                    draft.close();
                }
            };
        } catch (QueueFullException e) {
            throw full();
        }
    }

    private static MailRefusedException full() {
        return new MailRefusedException(
                new Reply(452, List.of("4.3.1 There is no room for mail here now; come again later")));
    }
}
