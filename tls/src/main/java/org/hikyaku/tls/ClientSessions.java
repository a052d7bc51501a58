package org.hikyaku.tls;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.tls.TlsSession;
import org.hikyaku.net.Limit;

/**
 * Sessions of TLS 1.0 to 1.2 that a client may take up again by their session id, the latest of each server; those
 * unused for longest go first. TLS 1.3 has no session ids, and the library takes no tickets. Safe for use by many threads.
 */
public final class ClientSessions {
    static final Limit KEPT = new Limit("TLS sessions kept for resumption", 1000);

    private final Map<String, TlsSession> sessions = new LinkedHashMap<>(16, 0.75f, true);

    /** Guards the map, which changes its order when read. */
    private final ReentrantLock lock = new ReentrantLock();

    Optional<TlsSession> find(String server) {
        lock.lock();
        try {
            return Optional.ofNullable(sessions.get(server)).filter(TlsSession::isResumable);
        } finally {
            lock.unlock();
        }
    }

    void keep(String server, TlsSession session) {
        lock.lock();
        try {
            sessions.put(server, session);
            if (sessions.size() > KEPT.value()) {
                sessions.remove(sessions.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
