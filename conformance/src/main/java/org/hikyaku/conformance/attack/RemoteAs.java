package org.hikyaku.conformance.attack;

import java.net.InetSocketAddress;
import org.hikyaku.net.Connection;
import org.hikyaku.net.ForwardingConnection;

/** A connection that ends at the attacker and looks as if it led to where the sender dialled. */
final class RemoteAs extends ForwardingConnection {
    private final InetSocketAddress remote;

    RemoteAs(Connection real, InetSocketAddress remote) {
        super(real);
        this.remote = remote;
    }

    @Override
    public InetSocketAddress remote() {
        return remote;
    }
}
