package org.hikyaku.check;

import java.net.InetSocketAddress;
import java.util.Optional;
import org.hikyaku.tls.probe.ServerFacts;

/** Finds out all that a grade needs of one address of one MX host. */
@FunctionalInterface
public interface ServerProbe {

    /**
     * Makes several connections, one after the other.
     *
     * @param sni the server name to ask for
     */
    ServerFacts probe(InetSocketAddress address, Optional<String> sni);
}
