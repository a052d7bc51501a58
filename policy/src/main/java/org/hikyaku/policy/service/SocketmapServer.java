package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Limit;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves Postfix's socketmap protocol at one or more doors. One thread reads from all connections and gives each answer that is
 * known; a query that needs a look is handed to a virtual thread of its own, and its connection waits for it, since requests
 * are answered in order. A thread for each connection, as elsewhere, costs more to wake than a known answer to give: it halved
 * the number of answers a second.
 */
public final class SocketmapServer implements Closeable {
    /** Connections at once; further ones wait to be accepted. Each smtp(8) process has one. */
    public static final Limit MAX_CONNECTIONS = new Limit("socketmap connections at once", 2_000);

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapServer.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final PolicyService service;
    private final PolicyCounts counts;
    private final SocketmapSession.Times times;
    private final long sweepMillis;
    private final ExecutorService looks = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** What other threads want done by the server's own. */
    private final Queue<Runnable> wishes = new ConcurrentLinkedQueue<>();

    private final Selector selector;

    /** Read between two rounds of the server's thread. */
    private volatile boolean stopping;

    private volatile boolean closed;

    // all below: the server's thread alone
    private final Set<SocketmapSession> sessions = new HashSet<>();
    private final List<SelectionKey> doors = new ArrayList<>();
    private final List<SocketmapDoor> opened = new ArrayList<>();
    private final SocketmapBuffers buffers = new SocketmapBuffers();
    private boolean full;

    /** @throws IOException when the system has no more files to open */
    public SocketmapServer(PolicyService service, PolicyCounts counts, SocketmapSession.Times times)
            throws IOException {
        this.service = service;
        this.counts = counts;
        this.times = times;
        this.sweepMillis = Math.max(
                1,
                Math.min(
                        SWEEP_MILLIS,
                        Math.min(times.idle().toMillis(), times.request().toMillis()) / 4));
        this.selector = Selector.open();
        Thread.ofPlatform().name("socketmap").daemon().start(this::run);
    }

    /** Serves the connections of this door from now on; it is closed with the server. */
    public void serve(SocketmapDoor door) {
        wish(() -> {
            opened.add(door);
            try {
                door.channel().configureBlocking(false);
                doors.add(door.channel().register(selector, SelectionKey.OP_ACCEPT));
            } catch (IOException e) {
                LOG.atError().log("no connections are accepted at {}: {}", door.local(), e.toString());
            }
        });
    }

    private void wish(Runnable wish) {
        wishes.add(wish);
        selector.wakeup();
    }

    private void run() {
        long sweepAt = System.nanoTime();
        try {
            while (!closed && !(stopping && sessions.isEmpty())) {
                selector.select(this::ready, sweepMillis);
                for (Runnable wish = wishes.poll(); wish != null; wish = wishes.poll()) {
                    wish.run();
                }
                long now = System.nanoTime();
                if (now - sweepAt >= 0) {
                    sweep(now);
                    sweepAt = now + TimeUnit.MILLISECONDS.toNanos(sweepMillis);
                }
            }
        } catch (IOException | RuntimeException e) {
            if (!closed) {
                LOG.atError().setCause(e).log("the service breaks off");
            }
        } finally {
            end();
            ended.countDown();
        }
    }

    private void ready(SelectionKey key) {
        if (!(key.attachment() instanceof SocketmapSession session)) {
            accept(key);
            return;
        }
        step(session, () -> session.ready(buffers, System.nanoTime()));
    }

    /** What a connection does when it is its turn. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    private void step(SocketmapSession session, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            // the other side has hung up
            LOG.atDebug().log("{}: {}", session, e.toString());
            session.close();
        } catch (RuntimeException e) {
            if (!stopping) {
                LOG.atError().setCause(e).log("{}: the connection is closed", session);
            }
            session.close();
        }
        settle(session);
    }

    private void settle(SocketmapSession session) {
        if (stopping && session.idle()) {
            session.close();
        }
        if (session.closed()) {
            sessions.remove(session);
        }
    }

    private void accept(SelectionKey key) {
        try {
            while (!stopping && sessions.size() < MAX_CONNECTIONS.value()) {
                SocketChannel channel = ((ServerSocketChannel) key.channel()).accept();
                if (channel == null) {
                    return;
                }
                sessions.add(new SocketmapSession(channel, selector, this::look, service, counts, times));
                counts.count(Event.CONNECTION);
            }
        } catch (IOException e) {
            // no more files, say: tried again by the next sweep
            LOG.atError().log("a connection cannot be accepted: {}", e.toString());
        }
        full = true;
        doors.forEach(d -> d.interestOps(0));
    }

    /** Asks for what is not known, and has the connection go on with the answer. */
    private void look(SocketmapSession session, byte[] request) {
        looks.execute(() -> {
            try {
                byte[] reply = service.looked(request);
                wish(() -> step(session, () -> session.answered(reply, buffers, System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void sweep(long now) {
        for (SocketmapSession session : List.copyOf(sessions)) {
            if (session.late(now)) {
                LOG.atDebug().log("{}: nothing came in time", session);
                session.close();
            }
            settle(session);
        }
        if (full && !stopping && sessions.size() < MAX_CONNECTIONS.value()) {
            full = false;
            doors.forEach(d -> d.interestOps(SelectionKey.OP_ACCEPT));
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
        wish(() -> {
            closeDoors();
            // Postfix reconnects once when it finds a connection closed, so that closing an idle one costs it nothing.
            List.copyOf(sessions).forEach(this::settle);
        });
        boolean all = ended.await(patience.toMillis(), TimeUnit.MILLISECONDS);
        close();
        return all;
    }

    private void closeDoors() {
        for (SocketmapDoor door : opened) {
            try {
                door.close();
            } catch (IOException e) {
                LOG.atDebug().log("while stopping: {}", e.toString());
            }
        }
        opened.clear();
        doors.clear();
    }

    private void end() {
        closed = true;
        closeDoors();
        sessions.forEach(SocketmapSession::close);
        sessions.clear();
        try {
            selector.close();
        } catch (IOException e) {
            LOG.atDebug().log("while stopping: {}", e.toString());
        }
    }

    @Override
    public void close() {
        stopping = true;
        closed = true;
        looks.shutdownNow();
        try {
            selector.wakeup();
            ended.await();
        } catch (ClosedSelectorException e) {
            LOG.atDebug().log("closed already");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
