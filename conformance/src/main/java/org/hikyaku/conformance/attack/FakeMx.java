package org.hikyaku.conformance.attack;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.x509.Credential;
import org.xbill.DNS.Name;

/**
 * A mail server of the attacker's: takes everything from everybody. It never offers REQUIRETLS. The secrets of its TLS
 * sessions go into the attacker's capture, for they are his.
 *
 * @param name what it calls itself
 * @param credential its key and certificate; empty: it offers no TLS
 */
record FakeMx(Name name, Optional<Credential> credential) implements MailTrick {
    private static final Limit LINE = new Limit("bytes in a line sent to the attacker's mail server", 65_536);
    private static final Limit MESSAGE = new Limit("bytes in a mail sent to the attacker's mail server", 1L << 20);

    @Override
    public void meet(Meeting meeting) throws IOException {
        new Session(meeting).run();
    }

    /** One connection. */
    private final class Session {
        private final Meeting meeting;
        private final Story story;
        private Connection connection;
        private LineReader lines;
        private Kind kind = Kind.FORGED;
        private boolean inTls;

        Session(Meeting meeting) {
            this.meeting = meeting;
            this.story = meeting.seat().story();
            this.connection = meeting.sender();
            this.lines = reader(connection);
        }

        void run() throws IOException {
            reply("220 " + host() + " ESMTP");
            while (true) {
                Optional<LineReader.Line> line = lines.next();
                if (line.isEmpty() || !command(line.get().latin1())) {
                    return;
                }
            }
        }

        private boolean command(String line) throws IOException {
            story.say(Party.SENDER, Party.ATTACKER, inTls ? Kind.TO_ATTACKER : Kind.CLEAR, line);
            switch (line.split(" ", 2)[0].toUpperCase(Locale.ROOT)) {
                case "EHLO" -> {
                    List<String> offers = new ArrayList<>(List.of(host(), "PIPELINING", "8BITMIME", "SMTPUTF8"));
                    if (credential.isPresent() && !inTls) {
                        offers.add("STARTTLS");
                    }
                    for (String offer : offers) {
                        reply("250-" + offer);
                    }
                    reply("250 ENHANCEDSTATUSCODES");
                }
                case "STARTTLS" -> {
                    return credential.isPresent() && startTls(credential.get());
                }
                case "DATA" -> data();
                case "QUIT" -> {
                    reply("221 2.0.0 bye");
                    return false;
                }
                default -> reply("250 2.0.0 ok");
            }
            return true;
        }

        private boolean startTls(Credential own) throws IOException {
            reply("220 2.0.0 go ahead");
            TlsServer server = new TlsServer(
                    TlsServerOptions.of(own).withKeyLog(meeting.seat().capture()), new SecureRandom());
            try {
                TlsSession session = server.handshake(connection, Deadline.after(Seat.PATIENCE));
                story.say(
                        Party.SENDER,
                        Party.ATTACKER,
                        Kind.TO_ATTACKER,
                        session.facts().version().title() + " handshake; certificate: "
                                + Certificates.inWords(own.certificate()));
                connection = session;
                lines = reader(session);
                inTls = true;
                kind = Kind.TO_ATTACKER;
                return true;
            } catch (HandshakeFailedException e) {
                story.say(
                        Party.SENDER,
                        Party.ATTACKER,
                        Kind.CLEAR,
                        "TLS handshake broken off: " + e.failure().sentence());
                return false;
            }
        }

        private void data() throws IOException {
            reply("354 go on");
            ByteArrayOutputStream mail = new ByteArrayOutputStream();
            while (true) {
                byte[] line = lines.next()
                        .orElseThrow(() -> new IOException("the sender hung up in the middle of a mail"))
                        .content();
                if (line.length == 1 && line[0] == '.') {
                    break;
                }
                int start = line.length > 0 && line[0] == '.' ? 1 : 0; // RFC 5321 section 4.5.2
                mail.write(line, start, line.length - start);
                mail.writeBytes(new byte[] {'\r', '\n'});
                MESSAGE.check(mail.size());
            }
            meeting.seat().capture().took(mail.toByteArray());
            story.say(
                    Party.SENDER,
                    Party.ATTACKER,
                    inTls ? Kind.TO_ATTACKER : Kind.CLEAR,
                    MailWords.of(mail.toByteArray()));
            reply("250 2.0.0 taken");
        }

        private void reply(String line) throws IOException {
            story.say(Party.ATTACKER, Party.SENDER, kind, line);
            OutputStream out = connection.output();
            out.write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
        }
    }

    private String host() {
        return name.toString(true);
    }

    private static LineReader reader(Connection connection) {
        return new LineReader(connection.input(), LineReader.Ends.LF_TOO, LINE);
    }
}
