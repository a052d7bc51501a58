package org.hikyaku.lab;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A TCP port with a server of the lab behind it; one virtual thread for each client. */
final class LabPort implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(LabPort.class);
    private static final int BACKLOG = 1024;

    /** How long a server of the lab waits for a client that says nothing. */
    static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Talks to one client; the caller closes the socket. */
    @FunctionalInterface
    interface Server {
        void serve(Guest client) throws IOException;
    }

    private final String name;
    private final Server server;
    private final Function<InetSocketAddress, LabWatch.Visit> watch;
    private final ServerSocket port;
    private final Thread acceptor;
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    /** @param watch is told of each client */
    LabPort(String name, InetSocketAddress at, Server server, Function<InetSocketAddress, LabWatch.Visit> watch)
            throws IOException {
        this.name = name;
        this.server = server;
        this.watch = watch;
        this.port = new ServerSocket();
        try {
            port.setReuseAddress(true);
            port.bind(at, BACKLOG);
        } catch (IOException e) {
            port.close();
            throw LabPorts.named(e, at, name);
        }
        this.acceptor = Thread.ofVirtual().name(name).start(this::accept);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) port.getLocalSocketAddress();
    }

    private void accept() {
        while (!port.isClosed()) {
            try {
                Socket client = port.accept();
                clients.add(client);
                Thread.ofVirtual().name(name + " client").start(() -> serve(client));
            } catch (IOException e) {
                if (!port.isClosed()) {
                    LOG.warn("{} of the lab cannot accept: {}", name, e.getMessage());
                }
            }
        }
    }

    private void serve(Socket client) {
        LabWatch.Visit visit = watch.apply((InetSocketAddress) client.getRemoteSocketAddress());
        Optional<String> trouble = Optional.empty();
        try (client) {
            client.setTcpNoDelay(true);
            client.setSoTimeout((int) PATIENCE.toMillis());
            server.serve(new Guest(client, visit));
        } catch (IOException e) {
            // A client that hangs up in the middle is everyday life for a server that is there to be tried out.
            LOG.debug("{} of the lab: {}", name, e.toString());
            trouble = Optional.of(String.valueOf(e.getMessage()));
        } finally {
            clients.remove(client);
            visit.ended(trouble);
        }
    }

    @Override
    public void close() throws IOException {
        port.close();
        // the system lets go of the port only when nobody waits at it any more
        Waiting.until(acceptor);
        for (Socket client : clients) {
            client.close();
        }
    }
}
