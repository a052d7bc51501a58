package org.hikyaku.check;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.smtp.SessionOutcome;

/**
 * Keeps manners: one connection at a time to an address, a bounded number in all, and each address asked once for a
 * server name, however many domains share the host.
 */
final class SharedDialer implements Dialer {
    private record Call(InetSocketAddress address, Optional<String> sni) {}

    private final Dialer dialer;
    private final Manners manners;
    private final Map<Call, SessionOutcome> outcomes = new ConcurrentHashMap<>();

    SharedDialer(Dialer dialer, Manners manners) {
        this.dialer = dialer;
        this.manners = manners;
    }

    @Override
    public SessionOutcome dial(InetSocketAddress address, Optional<String> sni) {
        Call call = new Call(address, sni);
        return manners.alone(address.getAddress(), () -> {
            SessionOutcome known = outcomes.get(call);
            if (known != null) {
                return known;
            }
            return manners.bounded(() -> {
                SessionOutcome outcome = dialer.dial(address, sni);
                outcomes.put(call, outcome);
                return outcome;
            });
        });
    }

    /** How many connections were tried. */
    int connectionsTried() {
        return outcomes.size();
    }
}
