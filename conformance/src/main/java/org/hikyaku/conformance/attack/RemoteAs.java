package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/** A connection that ends at the attacker and looks as if it led to where the sender dialled. */
record RemoteAs(Connection real, InetSocketAddress remote) implements Connection {
    @Override
    public InputStream input() {
        return real.input();
    }

    @Override
    public OutputStream output() {
        return real.output();
    }

    @Override
    public InetSocketAddress local() {
        return real.local();
    }

    @Override
    public void within(Deadline deadline) {
        real.within(deadline);
    }

    @Override
    public void acknowledge() throws IOException {
        real.acknowledge();
    }

    @Override
    public void close() throws IOException {
        real.close();
    }
}
