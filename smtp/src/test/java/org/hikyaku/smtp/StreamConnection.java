package org.hikyaku.smtp;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/** A connection whose both directions are given streams; it waits for nothing, so no deadline counts. */
public record StreamConnection(InputStream input, OutputStream output) implements Connection {
    private static final InetSocketAddress SOMEWHERE = new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 4000);

    @Override
    public InetSocketAddress remote() {
        return SOMEWHERE;
    }

    @Override
    public InetSocketAddress local() {
        return SOMEWHERE;
    }

    @Override
    public void within(Deadline deadline) {}

    @Override
    public void close() {}
}
