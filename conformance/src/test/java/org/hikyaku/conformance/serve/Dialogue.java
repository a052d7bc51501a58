package org.hikyaku.conformance.serve;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.LineReader;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.tls.SessionFacts;
import org.hikyaku.tls.TlsClient;
import org.hikyaku.tls.TlsClientOptions;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.tls.TlsVersion;

/** A mail client that says what a test says. */
final class Dialogue implements Closeable {
    private static final Limit LINE = new Limit("bytes in a line", 2000);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Connection connection;
    private LineReader lines;

    Dialogue(InetSocketAddress server) throws IOException {
        connection = new SystemNetwork().dial(server, Deadline.after(PATIENCE));
        lines = new LineReader(connection.input(), LineReader.Ends.LF_TOO, LINE);
        reply();
    }

    /** The lines of the reply. */
    List<String> say(String text) throws IOException {
        connection.output().write((text + "\r\n").getBytes(StandardCharsets.US_ASCII));
        connection.output().flush();
        return reply();
    }

    /** The code of the reply. */
    int code(String text) throws IOException {
        return Integer.parseInt(say(text).getLast().substring(0, 3));
    }

    private List<String> reply() throws IOException {
        List<String> reply = new ArrayList<>();
        do {
            reply.add(lines.next().orElseThrow().latin1());
        } while (reply.getLast().charAt(3) == '-');
        return reply;
    }

    SessionFacts startTls(TlsVersion version, String sni) throws IOException {
        say("EHLO client.example");
        say("STARTTLS");
        TlsSession session = new TlsClient(
                        TlsClientOptions.defaults().withVersions(version, version), new SecureRandom())
                .handshake(connection, Optional.of(sni), Deadline.after(PATIENCE));
        connection = session;
        lines = new LineReader(session.input(), LineReader.Ends.LF_TOO, LINE);
        return session.facts();
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
