package org.hikyaku.smtp.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.smtp.Reply;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsSession;

/** The other side of a session, doing just what a test says. */
final class TestClient implements Closeable {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private Connection connection;
    private LineReader lines;

    TestClient(Connection connection) {
        this.connection = connection;
        this.lines = reader(connection);
        connection.within(Deadline.after(PATIENCE));
    }

    private static LineReader reader(Connection connection) {
        return new LineReader(
                new ByteReader(connection.input()), LineReader.Ends.CRLF, new Limit("bytes in a reply", 20_000));
    }

    Connection connection() {
        return connection;
    }

    /** These bytes, as characters up to U+00FF. */
    TestClient raw(String bytes) {
        try {
            connection.output().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            connection.output().flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    TestClient say(String line) {
        return raw(line + "\r\n");
    }

    /** The next reply. */
    Reply reply() {
        try {
            List<String> texts = new ArrayList<>();
            while (true) {
                connection.within(Deadline.after(PATIENCE));
                String line = lines.next()
                        .orElseThrow(() -> new AssertionError("the server hung up"))
                        .utf8();
                texts.add(line.substring(4));
                if (line.charAt(3) == ' ') {
                    return new Reply(Integer.parseInt(line.substring(0, 3)), texts);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Says a line; its reply as code and first line. */
    String ask(String line) {
        Reply reply = say(line).reply();
        return reply.code() + " " + reply.lines().getFirst();
    }

    /** Only its code. */
    int code(String line) {
        return say(line).reply().code();
    }

    /** True when the server has hung up and there is nothing more to read. */
    boolean over() {
        try {
            return lines.next().isEmpty();
        } catch (IOException e) {
            return true;
        }
    }

    /** Greeting read, EHLO said. */
    TestClient greeted() {
        check(reply(), 220);
        check(say("EHLO client.example").reply(), 250);
        return this;
    }

    /** As far as one recipient. */
    TestClient enveloped() {
        greeted();
        check(say("MAIL FROM:<a@a.example>").reply(), 250);
        check(say("RCPT TO:<b@b.example>").reply(), 250);
        return this;
    }

    private static void check(Reply reply, int code) {
        if (reply.code() != code) {
            throw new AssertionError("not " + code + ": " + reply);
        }
    }

    /** The handshake. */
    TlsSession handshake() throws IOException {
        TlsSession session = new TlsClient(TlsClientOptions.defaults(), new SecureRandom())
                .handshake(connection, Optional.of("mx.example"), Deadline.after(PATIENCE));
        connection = session;
        lines = reader(session);
        return session;
    }

    /** Goes without a word. */
    void hangUp() {
        close();
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (IOException e) {
            // The server was first.
        }
    }
}
