package org.hikyaku.tls;

import org.hikyaku.net.Connection;

/** A connection inside TLS. Closing it says goodbye (close_notify) and closes the connection below. */
public interface TlsSession extends Connection {

    /** What the handshake settled. */
    SessionFacts facts();
}
