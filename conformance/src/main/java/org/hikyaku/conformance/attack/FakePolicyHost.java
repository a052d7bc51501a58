package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.x509.Credential;

/** A policy host of the attacker's: the same policy for whoever asks whatever. */
record FakePolicyHost(Credential credential, String policy) implements MailTrick {
    private static final Limit LINE = new Limit("bytes in a line of a request to the attacker", 16_384);
    private static final Limit LINES = new Limit("lines in a request to the attacker", 200);

    @Override
    public void meet(Meeting meeting) throws IOException {
        Story story = meeting.seat().story();
        TlsServer server = new TlsServer(
                TlsServerOptions.of(credential).withKeyLog(meeting.seat().capture()), new SecureRandom());
        try (TlsSession session = server.handshake(meeting.sender(), Deadline.after(Seat.PATIENCE))) {
            story.say(
                    Party.SENDER,
                    Party.ATTACKER,
                    Kind.TO_ATTACKER,
                    "TLS handshake with the policy host; certificate: "
                            + Certificates.inWords(credential.certificate()));
            LineReader lines = new LineReader(session.input(), LineReader.Ends.LF_TOO, LINE);
            Optional<LineReader.Line> request = lines.next();
            if (request.isEmpty()) {
                story.say(Party.SENDER, Party.ATTACKER, Kind.TO_ATTACKER, "hangs up without asking");
                return;
            }
            story.say(
                    Party.SENDER,
                    Party.ATTACKER,
                    Kind.TO_ATTACKER,
                    request.get().latin1());
            int count = 1;
            while (lines.next().filter(l -> l.content().length > 0).isPresent()) {
                LINES.check(++count);
            }
            byte[] body = policy.getBytes(StandardCharsets.US_ASCII);
            OutputStream out = session.output();
            out.write(("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: " + body.length
                            + "\r\nConnection: close\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(body);
            out.flush();
            story.say(
                    Party.ATTACKER,
                    Party.SENDER,
                    Kind.TO_ATTACKER,
                    policy.replace("\r\n", "\n").strip());
        } catch (HandshakeFailedException e) {
            story.say(
                    Party.SENDER,
                    Party.ATTACKER,
                    Kind.CLEAR,
                    "TLS handshake with the policy host broken off: "
                            + e.failure().sentence());
        }
    }
}
