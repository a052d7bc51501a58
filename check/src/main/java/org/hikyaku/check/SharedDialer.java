package org.hikyaku.check;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.smtp.SessionOutcome;

/**
 * Keeps manners: one connection at a time to an address, a bounded number in all, and each address asked once for a
 * server name, however many domains share the host.
 */
final class SharedDialer implements Dialer {
    private record Call(InetSocketAddress address, Optional<String> sni) {}

    private final Dialer dialer;
    private final Semaphore connections;
    private final Map<Call, SessionOutcome> outcomes = new ConcurrentHashMap<>();
    private final Map<InetAddress, ReentrantLock> lines = new ConcurrentHashMap<>();

    SharedDialer(Dialer dialer, int connections) {
        this.dialer = dialer;
        this.connections = new Semaphore(connections);
    }

    @Override
    public SessionOutcome dial(InetSocketAddress address, Optional<String> sni) {
        Call call = new Call(address, sni);
        ReentrantLock line = lines.computeIfAbsent(address.getAddress(), _ -> new ReentrantLock());
        line.lock();
        try {
            SessionOutcome known = outcomes.get(call);
            if (known != null) {
                return known;
            }
            connections.acquireUninterruptibly();
            try {
                SessionOutcome outcome = dialer.dial(address, sni);
                outcomes.put(call, outcome);
                return outcome;
            } finally {
                connections.release();
            }
        } finally {
            line.unlock();
        }
    }

    /** How many connections were tried. */
    int connectionsTried() {
        return outcomes.size();
    }
}
