package org.hikyaku.relay.receive;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
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

/** Puts mails into the queue, with our line on top. */
final class QueueSink implements MailSink {
    private final MailQueue queue;
    private final ReceivedHeader header;
    private final InstantSource clock;
    private final int mostHops;

    QueueSink(MailQueue queue, String hostName, InstantSource clock, int mostHops) {
        this.queue = queue;
        this.header = new ReceivedHeader(hostName);
        this.clock = clock;
        this.mostHops = mostHops;
    }

    @Override
    public MailSink.Draft begin(Client client, IncomingMail mail) throws IOException {
        org.hikyaku.relay.queue.Draft draft;
        try {
            draft = queue.open();
        } catch (QueueFullException e) {
            throw full(e);
        }
        Instant now = clock.instant();
        draft.content().write(header.of(client, mail, draft.id().toString(), now));
        return new Incoming(draft, client, mail, now);
    }

    /** RFC 5321 section 4.2.3; come again when there is room. */
    static MailRefusedException full(QueueFullException e) {
        MailRefusedException refused =
                new MailRefusedException(new Reply(452, List.of("4.3.1 there is no room now; come again")));
        refused.initCause(e);
        return refused;
    }

    private final class Incoming implements MailSink.Draft {
        private final org.hikyaku.relay.queue.Draft draft;
        private final Client client;
        private final IncomingMail mail;
        private final Instant received;
        private final HeaderWatch watch;

        Incoming(org.hikyaku.relay.queue.Draft draft, Client client, IncomingMail mail, Instant received) {
            this.draft = draft;
            this.client = client;
            this.mail = mail;
            this.received = received;
            this.watch = new HeaderWatch(draft.content());
        }

        @Override
        public OutputStream content() {
            return watch;
        }

        @Override
        public String commit(Body body) throws IOException {
            if (watch.hops() > mostHops) {
                // RFC 5321 section 6.3, RFC 3463 section 3.5
                throw new MailRefusedException(new Reply(
                        554,
                        List.of("5.4.6 the mail runs in a circle: it has been through more than the limit of "
                                + mostHops + " servers")));
            }
            try {
                return draft.commit(new QueuedEnvelope(
                                mail.envelope(),
                                body,
                                mail.sender().smtpUtf8(),
                                demand(),
                                received,
                                client.user(),
                                ReceivedHeader.from(client)))
                        .toString();
            } catch (QueueFullException e) {
                throw full(e);
            }
        }

        private Demand demand() {
            if (mail.sender().requireTls()) {
                return Demand.REQUIRE_TLS; // Q10: beats the header
            }
            return watch.tlsNotRequired() ? Demand.TLS_NOT_REQUIRED : Demand.ORDINARY;
        }

        @Override
        public void close() {
            draft.close();
        }
    }
}
