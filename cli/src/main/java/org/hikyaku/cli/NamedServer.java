package org.hikyaku.cli;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.hikyaku.policy.ValidatedAddresses;
import org.xbill.DNS.Name;

/** The mail server that the command line names: what to expect in its certificate, and where it is. */
final class NamedServer {
    private final ServerOptions options;
    private final HostAndPort place;

    private NamedServer(ServerOptions options, HostAndPort place) {
        this.options = options;
        this.place = place;
    }

    static NamedServer of(ServerOptions options) {
        return new NamedServer(options, HostAndPort.parse(options.target(), 0));
    }

    String host() {
        return place.host();
    }

    /** 0 when none was given. */
    int port() {
        return place.port();
    }

    /** The name to ask for and to expect; empty for a server named by its address. */
    Optional<Name> referenceName() {
        if (options.tlsName().isPresent()) {
            return Optional.of(GivenName.of(options.tlsName().get()));
        }
        return place.literal() ? Optional.empty() : Optional.of(GivenName.of(place.host()));
    }

    /** Those that may be tried. */
    List<InetAddress> addresses(NetworkAccess access, InstantSource clock) throws IOException {
        List<InetAddress> all;
        if (place.literal()) {
            all = List.of(InetAddress.ofLiteral(place.host()));
        } else if (place.host().equals("localhost")
                && options.network().resolvers().isEmpty()) {
            all = List.of(InetAddress.getAllByName("localhost")); // RFC 6761 section 6.3: never asked of DNS
        } else {
            all = new ValidatedAddresses(access.lookup(options.network().timeout(), clock))
                    .addresses(GivenName.of(place.host()).toString());
        }
        return all.stream()
                .filter(a -> !options.onlyIpv4() || !(a instanceof Inet6Address))
                .filter(a -> !options.onlyIpv6() || a instanceof Inet6Address)
                .toList();
    }
}
