package org.hikyaku.smtp.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Listener;

/**
 * Takes connections in on open ports, bounds their number over all of these, and runs each as a {@link SmtpServerSession} on a
 * virtual thread of its own. Safe for use by many threads.
 */
public final class SmtpServer implements Closeable {
    /** For the words to one who is turned away. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    /** When the system has no more files, closing sessions will bring some back; until then asking again at once helps nobody. */
    private static final Duration AFTER_ACCEPT_FAILED = Duration.ofMillis(100);

    private final Admission admission;
    private final HandshakeGate gate;
    private final LongSupplier nanoClock;
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Set<SmtpServerSession> sessions = ConcurrentHashMap.newKeySet();

    private final ReentrantLock lock = new ReentrantLock();

    /** Signalled when the last session has ended. */
    private final Condition empty = lock.newCondition();

    /** Set once; accepting threads look at it. */
    private volatile boolean stopping;

    /**
     * @param limits those of them that bound all ports together: connections, per address, handshakes
     * @param nanoClock a monotonic clock in nanoseconds
     */
    public SmtpServer(ServerLimits limits, LongSupplier nanoClock) {
        this.admission = new Admission(limits.connections(), limits.perAddress());
        this.gate = new HandshakeGate(limits.handshakes().value());
        this.nanoClock = nanoClock;
    }

    /** Begins to take connections in on this port, and returns. The listener is closed with the server. */
    public void serve(SmtpServerOptions options, ServerParts parts, Listener listener) {
        listeners.add(listener);
        Thread.ofVirtual()
                .name("smtp-accept-" + listener.local().getPort())
                .start(() -> accept(options, parts, listener));
    }

    /** How many sessions there are now. */
    public int sessions() {
        return admission.sessions();
    }

    private void accept(SmtpServerOptions options, ServerParts parts, Listener listener) {
        while (!stopping) {
            Connection connection;
            try {
                connection = listener.accept();
            } catch (IOException e) {
                if (stopping || !pause()) {
                    return;
                }
                continue;
            }
            InetAddress address = connection.remote().getAddress();
            Optional<Limit> exceeded = admission.enter(address);
            if (exceeded.isPresent()) {
                Thread.ofVirtual().start(() -> turnAway(options, parts, connection, exceeded.get()));
            } else {
                Thread.ofVirtual().start(() -> session(options, parts, connection, address));
            }
        }
    }

    private static boolean pause() {
        try {
            Thread.sleep(AFTER_ACCEPT_FAILED);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private void session(SmtpServerOptions options, ServerParts parts, Connection connection, InetAddress address) {
        SmtpServerSession session = new SmtpServerSession(options, parts, gate, nanoClock, connection);
        sessions.add(session);
        try {
            if (stopping) {
                session.stop();
            }
            session.run();
        } finally {
            sessions.remove(session);
            admission.leave(address);
            if (stopping && sessions.isEmpty()) {
                signalEmpty();
            }
        }
    }

    private void signalEmpty() {
        lock.lock();
        try {
            empty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private static void turnAway(SmtpServerOptions options, ServerParts parts, Connection connection, Limit limit) {
        String why = "more than the limit of " + limit.value() + " " + limit.name();
        parts.events().turnedAway(connection.remote(), why);
        try (connection) {
            if (!options.implicitTls()) {
                connection.within(Deadline.after(LAST_WORDS));
                connection.output().write(Replies.bytes(Replies.of(421, "4.7.0 " + why + "; come again later")));
                connection.output().flush();
            }
        } catch (IOException e) {
            // It does not listen; it was to go anyway.
        }
    }

    /**
     * Takes no more connections in, ends each session that waits (421) and each other one behind its mail, and waits for them.
     *
     * @return true when all had ended by the deadline; those that had not are cut off
     */
    public boolean stop(Deadline deadline) throws InterruptedException {
        stopping = true;
        closeListeners();
        sessions.forEach(SmtpServerSession::stop);
        boolean all = awaitEmpty(deadline);
        sessions.forEach(SmtpServerSession::cut);
        return all;
    }

    private boolean awaitEmpty(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!sessions.isEmpty()) {
                long nanos = deadline.remaining().toNanos();
                if (nanos <= 0) {
                    return false;
                }
                var _ = empty.awaitNanos(nanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void closeListeners() {
        for (Listener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                // No more connections come from it either way.
            }
        }
    }

    /** Cuts everything off. */
    @Override
    public void close() {
        stopping = true;
        closeListeners();
        sessions.forEach(SmtpServerSession::cut);
    }
}
