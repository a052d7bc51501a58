package org.hikyaku.tls;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.bouncycastle.tls.SessionID;
import org.bouncycastle.tls.TlsSession;
import org.hikyaku.net.Limit;

/**
 * Sessions of TLS 1.0 to 1.2 that a server takes up again when a client names them by their id (RFC 5246 section 7.3);
 * the oldest go first. Neither tickets (RFC 5077) nor resumption in TLS 1.3: the library has none. Safe for use by many
 * threads.
 */
public final class ServerSessions {
    static final Limit KEPT = new Limit("TLS sessions kept for resumption", 10_000);

    private final Map<SessionID, TlsSession> sessions = new LinkedHashMap<>();

    /** Guards the map. */
    private final ReentrantLock lock = new ReentrantLock();

    Optional<TlsSession> find(byte[] id) {
        lock.lock();
        try {
            return Optional.ofNullable(sessions.get(new SessionID(id))).filter(TlsSession::isResumable);
        } finally {
            lock.unlock();
        }
    }

    void keep(TlsSession session) {
        lock.lock();
        try {
            sessions.put(new SessionID(session.getSessionID()), session);
            if (sessions.size() > KEPT.value()) {
                sessions.remove(sessions.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
