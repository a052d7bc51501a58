package org.hikyaku.check;

import java.net.InetAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** One visitor at a time to an address, and a bounded number in all. */
final class Manners {
    private final Semaphore connections;
    private final Map<InetAddress, ReentrantLock> lines = new ConcurrentHashMap<>();

    /** @param connections how many may be open at the same time */
    Manners(int connections) {
        this.connections = new Semaphore(connections);
    }

    /** Waits until nobody else of this run is at the address; {@code visit} may connect to it, once at a time. */
    <T> T alone(InetAddress address, Supplier<T> visit) {
        ReentrantLock line = lines.computeIfAbsent(address, _ -> new ReentrantLock());
        line.lock();
        try {
            return visit.get();
        } finally {
            line.unlock();
        }
    }

    /** Waits until there is room for one more connection. */
    <T> T bounded(Supplier<T> connection) {
        connections.acquireUninterruptibly();
        try {
            return connection.get();
        } finally {
            connections.release();
        }
    }
}
