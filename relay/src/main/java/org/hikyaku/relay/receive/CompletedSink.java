package org.hikyaku.relay.receive;

import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.hikyaku.mail.MailDates;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.MailSink;

/** Gives mail that users hand in the date and the Message-ID that it lacks (RFC 6409 sections 8.2 and 8.3). */
final class CompletedSink implements MailSink {
    private final MailSink sink;
    private final String hostName;
    private final InstantSource clock;
    private final RandomGenerator random;

    CompletedSink(MailSink sink, String hostName, InstantSource clock, RandomGenerator random) {
        this.sink = sink;
        this.hostName = hostName;
        this.clock = clock;
        this.random = random;
    }

    private HeaderCompleter completer(OutputStream out) {
        byte[] id = new byte[12];
        random.nextBytes(id);
        return new HeaderCompleter(
                out, MailDates.text(clock.instant()), "<" + HexFormat.of().formatHex(id) + "@" + hostName + ">");
    }

    @Override
    public Draft begin(Client client, IncomingMail mail) throws IOException {
        Draft draft = sink.begin(client, mail);
        HeaderCompleter content = completer(draft.content());
        return new Draft() {
            @Override
            public OutputStream content() {
                return content;
            }

            @Override
            public String commit(Body body) throws IOException {
                content.end();
                return draft.commit(body);
            }

            @Override
            public void close() throws IOException {
                draft.close();
            }
        };
    }
}
