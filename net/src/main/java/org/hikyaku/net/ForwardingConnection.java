package org.hikyaku.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/** A connection that is another one but for what a subclass makes of it. */
public abstract class ForwardingConnection implements Connection {
    private final Connection real;

    protected ForwardingConnection(Connection real) {
        this.real = real;
    }

    @Override
    public InputStream input() {
        return real.input();
    }

    @Override
    public OutputStream output() {
        return real.output();
    }

    @Override
    public InetSocketAddress remote() {
        return real.remote();
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
