package org.hikyaku.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;

/** A server whose sessions, or failures, a test takes one by one. */
final class SessionsOneByOne implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Listener listener = new SystemNetwork().listen(Keys.loopback());
    private final LinkedBlockingQueue<Object> outcomes = new LinkedBlockingQueue<>();

    SessionsOneByOne(TlsServerOptions options, Duration patience) throws IOException {
        TlsServer server = new TlsServer(options, new SecureRandom());
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Connection connection = listener.accept();
                    Thread.ofVirtual().start(() -> {
                        try {
                            outcomes.add(server.handshake(connection, Deadline.after(patience)));
                        } catch (HandshakeFailedException e) {
                            outcomes.add(e.failure());
                        }
                    });
                }
            } catch (IOException e) {
                // the test is over
            }
        });
    }

    TlsSession session() throws InterruptedException {
        return (TlsSession) outcome();
    }

    HandshakeFailure failure() throws InterruptedException {
        return (HandshakeFailure) outcome();
    }

    private Object outcome() throws InterruptedException {
        Object outcome = outcomes.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcome).as("what became of the handshake").isNotNull();
        return outcome;
    }

    InetSocketAddress address() {
        return listener.local();
    }

    Connection dialled() throws IOException {
        return new SystemNetwork().dial(listener.local(), Deadline.after(PATIENCE));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
