package org.hikyaku.smtp;

import java.util.List;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.ChannelBinding;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.SessionFacts;

/** Puts TLS on a connection as a client: by our own client, or what a test puts in its place. */
@FunctionalInterface
public interface TlsUpgrade {

    /** A connection inside TLS, and what was settled. */
    record Upgraded(Connection connection, SessionFacts facts, List<ChannelBinding> bindings) {
        public Upgraded {
            bindings = List.copyOf(bindings);
        }

        /** Without channel bindings. */
        public Upgraded(Connection connection, SessionFacts facts) {
            this(connection, facts, List.of());
        }
    }

    /**
     * Does the handshake; the result is not judged here.
     *
     * @param sni the server name to send, if any
     */
    Upgraded handshake(Connection plain, Optional<String> sni, Deadline deadline) throws HandshakeFailedException;
}
