package org.hikyaku.tls;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Optional;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.SystemNetwork;

/** Dials loopback servers and does the handshake. */
final class Dialled {
    private Dialled() {}

    static TlsSession handshake(InetSocketAddress address, TlsClientOptions options) throws IOException {
        Deadline deadline = Deadline.after(Duration.ofSeconds(20));
        Connection connection = new SystemNetwork().dial(address, deadline);
        return new TlsClient(options, new SecureRandom()).handshake(connection, Optional.of("mx.example"), deadline);
    }
}
