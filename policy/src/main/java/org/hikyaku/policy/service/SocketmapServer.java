package org.hikyaku.policy.service;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Limit;
import org.hikyaku.net.poll.PollListener;
import org.hikyaku.net.poll.PollSocket;
import org.hikyaku.net.poll.Poller;
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
    public static final Limit MAX_CONNECTIONS = new Limit("socketmap connections at once", 10_000);

    private static final Logger LOG = LoggerFactory.getLogger(SocketmapServer.class);
    private static final long SWEEP_MILLIS = 1_000;

    private final PolicyService service;
    private final PolicyCounts counts;
    private final SocketmapSession.Times times;
    private final Limit connections;
    private final long sweepMillis;
    private final ExecutorService looks = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch ended = new CountDownLatch(1);

    /** What other threads want done by the server's own. */
    private final Queue<Runnable> wishes = new ConcurrentLinkedQueue<>();

    private final Poller poller;

    /** Read between two rounds of the server's thread. */
    private volatile boolean stopping;

    private volatile boolean closed;

    // all below: the server's thread alone
    private final Set<SocketmapSession> sessions = new HashSet<>();
    private final List<PollListener> doors = new ArrayList<>();
    private final SocketmapBuffers buffers = new SocketmapBuffers();
    private Moment now;
    private boolean full;

    /** @param poller for this server alone, which closes it */
    public SocketmapServer(PolicyService service, PolicyCounts counts, SocketmapSession.Times times, Poller poller) {
        this(service, counts, times, poller, MAX_CONNECTIONS);
    }

    /** @param connections at once */
    SocketmapServer(
            PolicyService service,
            PolicyCounts counts,
            SocketmapSession.Times times,
            Poller poller,
            Limit connections) {
        this.connections = connections;
        this.service = service;
        this.counts = counts;
        this.times = times;
        this.sweepMillis = Math.max(
                1,
                Math.min(
                        SWEEP_MILLIS,
                        Math.min(times.idle().toMillis(), times.request().toMillis()) / 4));
        this.poller = poller;
        this.now = moment();
        Thread.ofPlatform().name("socketmap").daemon().start(this::run);
    }

    private Moment moment() {
        return new Moment(System.nanoTime(), service.millis());
    }

    /**
     * Opens a TCP port; connections are accepted once {@link #serve} was called with it.
     *
     * @param address with port 0 for any that is free
     */
    public PollListener listen(InetSocketAddress address) throws IOException {
        return poller.listen(address);
    }

    /** Opens a Unix socket likewise, as {@link org.hikyaku.net.UnixListener#listen} says. */
    public PollListener listen(Path path, String mode) throws IOException {
        return poller.listen(path, mode);
    }

    /** Serves the connections of this door from now on; it is closed with the server. */
    public void serve(PollListener door) {
        wish(() -> {
            doors.add(door);
            try {
                poller.watch(door, () -> accept(door));
            } catch (IOException e) {
                LOG.atError().log("no connections are accepted at {}: {}", door.local(), e.toString());
            }
        });
    }

    private void wish(Runnable wish) {
        wishes.add(wish);
        poller.wakeUp();
    }

    private void run() {
        long sweepAt = System.nanoTime();
        try {
            while (!closed && !(stopping && sessions.isEmpty())) {
                poller.await(sweepMillis);
                now = moment();
                poller.dispatch();
                for (Runnable wish = wishes.poll(); wish != null; wish = wishes.poll()) {
                    wish.run();
                }
                if (now.nanos() - sweepAt >= 0) {
                    sweep();
                    sweepAt = now.nanos() + TimeUnit.MILLISECONDS.toNanos(sweepMillis);
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

    private void ready(SocketmapSession session) {
        try {
            session.ready(buffers, now);
        } catch (IOException | RuntimeException e) {
            failed(session, e);
        }
        settle(session);
    }

    private void answered(SocketmapSession session, byte[] reply) {
        try {
            session.answered(reply, buffers, now);
        } catch (IOException | RuntimeException e) {
            failed(session, e);
        }
        settle(session);
    }

    private void failed(SocketmapSession session, Exception e) {
        if (e instanceof IOException) {
            // the other side has hung up
            LOG.atDebug().log("{}: {}", session, e.toString());
        } else if (!stopping) {
            LOG.atError().setCause(e).log("{}: the connection is closed", session);
        }
        session.close();
    }

    private void settle(SocketmapSession session) {
        if (stopping && session.idle()) {
            session.close();
        }
        if (session.closed()) {
            sessions.remove(session);
            acceptAgain();
        }
    }

    private void acceptAgain() {
        if (full && !stopping && sessions.size() < connections.value()) {
            full = false;
            want(true);
        }
    }

    private void accept(PollListener door) {
        try {
            while (!stopping && sessions.size() < connections.value()) {
                Optional<PollSocket> accepted = door.accept();
                if (accepted.isEmpty()) {
                    return;
                }
                admit(accepted.get());
            }
        } catch (IOException e) {
            // no more files, say: tried again when one is closed, and by the next sweep
            LOG.atError().log("a connection cannot be accepted: {}", e.toString());
        }
        full = true;
        want(false);
    }

    private void admit(PollSocket socket) throws IOException {
        SocketmapSession session = new SocketmapSession(socket, this::look, service, counts, times);
        try {
            socket.handler(() -> ready(session));
        } catch (IOException e) {
            session.close();
            throw e;
        }
        sessions.add(session);
        counts.count(Event.CONNECTION);
    }

    private void want(boolean connections) {
        for (PollListener door : doors) {
            try {
                door.want(connections);
            } catch (IOException e) {
                LOG.atError().log("{}: {}", door.local(), e.toString());
            }
        }
    }

    /** Asks for what is not known, and has the connection go on with the answer. */
    private void look(SocketmapSession session, byte[] request) {
        looks.execute(() -> {
            try {
                byte[] reply = service.looked(request);
                wish(() -> answered(session, reply));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void sweep() {
        for (SocketmapSession session : List.copyOf(sessions)) {
            if (session.late(now.nanos())) {
                LOG.atDebug().log("{}: nothing came in time", session);
                session.close();
            }
            settle(session);
        }
        acceptAgain();
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
        for (PollListener door : doors) {
            try {
                door.close();
            } catch (IOException e) {
                LOG.atDebug().log("while stopping: {}", e.toString());
            }
        }
        doors.clear();
    }

    private void end() {
        closed = true;
        closeDoors();
        sessions.forEach(SocketmapSession::close);
        sessions.clear();
        try {
            poller.close();
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
            poller.wakeUp();
            ended.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
