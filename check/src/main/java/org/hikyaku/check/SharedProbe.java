package org.hikyaku.check;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.tls.probe.ServerFacts;

/** Probes with the same manners: nobody else at the address meanwhile, and each address once for a server name. */
final class SharedProbe implements ServerProbe {
    private record Call(InetSocketAddress address, Optional<String> sni) {}

    private final ServerProbe probe;
    private final Manners manners;
    private final Map<Call, ServerFacts> seen = new ConcurrentHashMap<>();

    SharedProbe(ServerProbe probe, Manners manners) {
        this.probe = probe;
        this.manners = manners;
    }

    @Override
    public ServerFacts probe(InetSocketAddress address, Optional<String> sni) {
        Call call = new Call(address, sni);
        return manners.alone(address.getAddress(), () -> {
            ServerFacts known = seen.get(call);
            if (known != null) {
                return known;
            }
            return manners.bounded(() -> {
                ServerFacts facts = probe.probe(address, sni);
                seen.put(call, facts);
                return facts;
            });
        });
    }

    /** How many connections were made. */
    int connections() {
        return seen.values().stream().mapToInt(ServerFacts::connections).sum();
    }
}
