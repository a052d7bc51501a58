package org.hikyaku.net.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;

/**
 * Leads well-known ports, 25 or 443, to those on which a test's servers really listen; addresses stay as they are.
 *
 * @param network where connections really go
 * @param ports dialled port to real port; others are dialled as they are
 */
public record OtherPorts(Network network, Map<Integer, Integer> ports) implements Network {

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        int port = ports.getOrDefault(remote.getPort(), remote.getPort());
        return network.dial(new InetSocketAddress(remote.getAddress(), port), deadline);
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        return network.listen(local);
    }
}
