package org.hikyaku.relay.filter;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.hikyaku.smtp.server.Client;
import org.hikyaku.smtp.server.IncomingMail;
import org.hikyaku.smtp.server.Sender;

/** Whatever a filter answers: a verdict, or an IOException with a sentence. */
class MilterFuzzTest {
    private static final InetSocketAddress SOMEBODY = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 25);

    private record Answers(InputStream input, OutputStream output) implements Connection {
        @Override
        public InetSocketAddress remote() {
            return SOMEBODY;
        }

        @Override
        public InetSocketAddress local() {
            return SOMEBODY;
        }

        @Override
        public void within(Deadline deadline) {
            // nothing waits
        }

        @Override
        public void close() {
            // nothing is open
        }
    }

    @FuzzTest
    void anyAnswersOfAFilter(byte[] answers) throws IOException {
        MilterSession session = new MilterSession(
                new Answers(new ByteArrayInputStream(answers), new ByteArrayOutputStream()),
                Duration.ofSeconds(1),
                "mx.own.example");
        Sender sender =
                new Sender(Optional.empty(), 0, Body.SEVEN_BIT, false, Optional.empty(), Optional.empty(), false);
        try (Spool content = new Spool(Path.of("."), 0)) {
            content.write("Subject: x\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));
            session.negotiate();
            var _ = session.ask(
                    Client.of(SOMEBODY, SOMEBODY),
                    new IncomingMail(
                            sender,
                            List.of(new Envelope.Recipient(
                                    Mailbox.parse("a@b.example"), Optional.empty(), Optional.empty()))),
                    content);
        } catch (FilterException | org.hikyaku.net.LimitExceededException e) {
            // the documented ones
        }
    }

    /** Any header that a client may send, with a field that a filter adds: what was there stays, byte for byte. */
    @FuzzTest
    void anyHeader(byte[] mail) throws IOException {
        InputStream in = new ByteArrayInputStream(mail);
        HeaderFields header = HeaderFields.read(in);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        header.write(out, false);
        in.transferTo(out);
        if (!new String(out.toByteArray(), StandardCharsets.ISO_8859_1)
                .replaceAll("[ \t]+(?=:)", "")
                .replace("\r\n", "\n")
                .strip()
                .equals(new String(mail, StandardCharsets.ISO_8859_1)
                        .replaceAll("[ \t]+(?=:)", "")
                        .replace("\r\n", "\n")
                        .strip())) {
            throw new IllegalStateException("the header has changed");
        }
    }
}
