package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Listener;
import org.hikyaku.net.SystemNetwork;

/** A peer that answers each connection by a script, on loopback, and counts them. */
final class ScriptedPeer implements AutoCloseable {
    private final Listener listener;
    private final AtomicInteger accepted = new AtomicInteger();

    /** What happens on one connection. */
    interface Script {
        void play(Connection connection, int number) throws IOException;
    }

    ScriptedPeer(Script script) throws IOException {
        this.listener = new SystemNetwork().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread.ofVirtual().start(() -> {
            while (true) {
                Connection connection;
                try {
                    connection = listener.accept();
                } catch (IOException e) {
                    return;
                }
                int number = accepted.incrementAndGet();
                Thread.ofVirtual().start(() -> {
                    try (connection) {
                        script.play(connection, number);
                    } catch (IOException e) {
                        // The probe hung up first: its right.
                    }
                });
            }
        });
    }

    InetSocketAddress address() {
        return listener.local();
    }

    int connections() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
