package org.hikyaku.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;

/** Our server on a loopback port, that says lines back in upper case and tells what it made of each handshake. */
final class EchoServer implements AutoCloseable {

    private final Listener listener;
    private final TlsServer server;
    private final LinkedBlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

    EchoServer(TlsServerOptions options) throws IOException {
        listener = new SystemNetwork().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server = new TlsServer(options, new SecureRandom());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Connection connection = listener.accept();
                    Thread.ofVirtual().start(() -> serve(connection));
                }
            } catch (IOException e) {
                // the test is over
            }
        });
    }

    private void serve(Connection connection) {
        try (TlsSession session = server.handshake(connection, Deadline.after(Duration.ofSeconds(20)))) {
            outcomes.add(session.facts());
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(session.input(), StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                session.output().write((line.toUpperCase(Locale.ROOT) + "\n").getBytes(StandardCharsets.US_ASCII));
                session.output().flush();
            }
        } catch (HandshakeFailedException e) {
            outcomes.add(e.failure());
        } catch (IOException e) {
            outcomes.add(e);
        }
    }

    InetSocketAddress address() {
        return listener.local();
    }

    /** What became of the next handshake; waits up to 20 seconds. */
    Object outcome() throws InterruptedException {
        Object next = outcomes.poll(20, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no handshake came to an end");
        }
        return next;
    }

    SessionFacts facts() throws InterruptedException {
        Object next = outcome();
        if (next instanceof SessionFacts facts) {
            return facts;
        }
        throw new AssertionError("no session but " + next);
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
