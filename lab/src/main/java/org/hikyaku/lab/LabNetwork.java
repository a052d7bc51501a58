package org.hikyaku.lab;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;

/**
 * The lab's TCP: connections to the catalogue's addresses end at servers on loopback ports, are refused, or vanish.
 * Loopback addresses themselves are as they are outside; there is no way to any other address.
 */
final class LabNetwork implements Network {
    private final SystemNetwork system = new SystemNetwork();
    private final Map<InetSocketAddress, LabService> services;
    private final Set<InetAddress> hosts;
    private final Map<InetSocketAddress, InetSocketAddress> ports;
    private final Duration oneWayDelay;
    private final Duration silence;

    /**
     * @param services everything there is, by the lab's address
     * @param ports the loopback ports of those that are open
     */
    LabNetwork(
            Map<InetSocketAddress, LabService> services,
            Map<InetSocketAddress, InetSocketAddress> ports,
            Duration oneWayDelay,
            Duration silence) {
        this.services = Map.copyOf(services);
        this.hosts =
                services.keySet().stream().map(InetSocketAddress::getAddress).collect(Collectors.toUnmodifiableSet());
        this.ports = Map.copyOf(ports);
        this.oneWayDelay = oneWayDelay;
        this.silence = silence;
    }

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        if (remote.getAddress() == null) {
            throw new NoRouteToHostException(remote.getHostString() + " has not been looked up");
        }
        if (remote.getAddress().isLoopbackAddress()) {
            return system.dial(remote, deadline);
        }
        LabService service = services.get(remote);
        if (service == null) {
            if (hosts.contains(remote.getAddress())) {
                throw refused(remote);
            }
            throw new NoRouteToHostException("no connection to " + text(remote) + ": the lab has no such address");
        }
        return switch (service.reach()) {
            case OPEN -> {
                Waiting.sleep(oneWayDelay.multipliedBy(2));
                InetSocketAddress port = ports.get(remote);
                if (port == null) {
                    throw refused(remote);
                }
                yield new LabConnection(system.dial(port, deadline), remote, oneWayDelay.multipliedBy(2));
            }
            case REFUSED -> {
                Waiting.sleep(oneWayDelay.multipliedBy(2));
                throw refused(remote);
            }
            case DROPPED -> {
                Duration left = deadline.remaining();
                Waiting.sleep(left.compareTo(silence) < 0 ? left : silence);
                throw new SocketTimeoutException("no connection to " + text(remote) + ": no answer in time");
            }
        };
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        return system.listen(local);
    }

    private static ConnectException refused(InetSocketAddress remote) {
        return new ConnectException("no connection to " + text(remote) + ": the other side refused it");
    }

    private static String text(InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
    }
}
