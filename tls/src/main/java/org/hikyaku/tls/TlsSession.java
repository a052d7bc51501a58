package org.hikyaku.tls;

import java.util.List;
import org.hikyaku.net.Connection;

/** A connection inside TLS. Closing it says goodbye (close_notify) and closes the connection below. */
public interface TlsSession extends Connection {

    /** What the handshake settled. */
    SessionFacts facts();

    /** What ties a login to this session, the best kind for its version first; none where that is not known. */
    default List<ChannelBinding> bindings() {
        return List.of();
    }
}
