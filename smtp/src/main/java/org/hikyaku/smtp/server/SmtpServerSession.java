package org.hikyaku.smtp.server;

import org.hikyaku.net.Connection;

/** One connection, from the greeting to the end, on the thread that calls {@link #run}. */
final class SmtpServerSession {
    private final SmtpServerOptions options;
    private final ServerParts parts;
    private final Connection connection;

    SmtpServerSession(SmtpServerOptions options, ServerParts parts, Connection connection) {
        this.options = options;
        this.parts = parts;
        this.connection = connection;
    }

    void run() {
        parts.events().connected(Client.of(connection.remote(), connection.local()));
        throw new UnsupportedOperationException(options.hostName());
    }
}
