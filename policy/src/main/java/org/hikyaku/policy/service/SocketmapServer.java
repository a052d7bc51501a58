package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Listener;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Postfix's socketmap protocol at one or more listeners. One connection is one virtual thread; its requests are
 * answered in order.
 */
public final class SocketmapServer implements Closeable {
    /** Connections at once; further ones wait to be accepted. Each smtp(8) process has one. */
    public static final Limit MAX_CONNECTIONS = new Limit("socketmap connections at once", 2_000);

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapServer.class);

    private final PolicyService service;
    private final PolicyCounts counts;
    private final SocketmapSession.Times times;
    private final Semaphore places = new Semaphore((int) MAX_CONNECTIONS.value());
    private final Set<SocketmapSession> sessions = ConcurrentHashMap.newKeySet();
    private final Set<Listener> listeners = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    /** Set once, read by every session after each reply. */
    private volatile boolean stopping;

    public SocketmapServer(PolicyService service, PolicyCounts counts, SocketmapSession.Times times) {
        this.service = service;
        this.counts = counts;
        this.times = times;
    }

    /** Serves the connections of this listener from now on; it is closed with the server. */
    public void serve(Listener listener) {
        listeners.add(listener);
        threads.execute(() -> accept(listener));
    }

    private void accept(Listener listener) {
        try {
            while (!stopping) {
                places.acquire();
                boolean handed = false;
                try {
                    Connection connection = listener.accept();
                    SocketmapSession session = new SocketmapSession(connection, service, counts, times);
                    sessions.add(session);
                    threads.execute(() -> run(session));
                    handed = true;
                    counts.count(Event.CONNECTION);
                } finally {
                    if (!handed) {
                        places.release();
                    }
                }
            }
        } catch (IOException e) {
            if (!stopping) {
                LOG.atError().log("no more connections are accepted at {}: {}", listener.local(), e.toString());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(SocketmapSession session) {
        try (session) {
            session.run(() -> stopping);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.atDebug().log("closing a connection: {}", e.toString());
        } finally {
            sessions.remove(session);
            places.release();
        }
    }

    /**
     * Takes no more connections, lets requests that are being answered come to their end, and closes the others.
     *
     * @param patience how long to wait for them
     * @return whether all came to their end
     */
    public boolean stop(Duration patience) throws InterruptedException {
        stopping = true;
        for (Listener listener : listeners) {
            close(listener);
        }
        // Postfix reconnects once when it finds a connection closed, so that closing an idle one costs it nothing.
        sessions.forEach(SocketmapSession::closeIfIdle);
        threads.shutdown();
        boolean ended = threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS);
        close();
        return ended;
    }

    @Override
    public void close() {
        stopping = true;
        listeners.forEach(SocketmapServer::close);
        sessions.forEach(SocketmapServer::close);
        threads.shutdownNow();
    }

    private static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.atDebug().log("while stopping: {}", e.toString());
        }
    }
}
