package org.hikyaku.smtp.server;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Limit;

/** Counts sessions, all of them and those of one client: an IPv4 address, or the 64 bits of an IPv6 network that one customer has. */
final class Admission {
    private final Limit all;
    private final Limit perAddress;

    /** Guards the counts. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<ByteBuffer, Integer> byAddress = new HashMap<>();
    private int sessions;

    Admission(Limit all, Limit perAddress) {
        this.all = all;
        this.perAddress = perAddress;
    }

    /** Lets one in, or says which limit that would exceed. */
    Optional<Limit> enter(InetAddress address) {
        ByteBuffer key = key(address);
        lock.lock();
        try {
            if (sessions >= all.value()) {
                return Optional.of(all);
            }
            int own = byAddress.getOrDefault(key, 0);
            if (own >= perAddress.value()) {
                return Optional.of(perAddress);
            }
            byAddress.put(key, own + 1);
            sessions++;
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void leave(InetAddress address) {
        ByteBuffer key = key(address);
        lock.lock();
        try {
            sessions--;
            byAddress.computeIfPresent(key, (k, own) -> own > 1 ? own - 1 : null);
        } finally {
            lock.unlock();
        }
    }

    int sessions() {
        lock.lock();
        try {
            return sessions;
        } finally {
            lock.unlock();
        }
    }

    static ByteBuffer key(InetAddress address) {
        byte[] bytes = address.getAddress();
        return ByteBuffer.wrap(address instanceof Inet6Address ? Arrays.copyOf(bytes, 8) : bytes);
    }
}
