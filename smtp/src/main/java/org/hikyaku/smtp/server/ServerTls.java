package org.hikyaku.smtp.server;

import java.util.Optional;
import org.hikyaku.tls.TlsServer;

/** The TLS that is offered; asked for each handshake, so that a new certificate is used from one session to the next. */
@FunctionalInterface
public interface ServerTls {

    /** Empty when no TLS is offered. */
    Optional<TlsServer> current();

    /** No TLS. */
    static ServerTls none() {
        return Optional::empty;
    }
}
