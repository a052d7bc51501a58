package org.hikyaku.tls.probe;

import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hikyaku.net.SystemNetwork;

/** Probes of servers that the tests start: without pauses, which are for other people's. */
public final class Probes {
    private Probes() {}

    public static ProbeOptions options() {
        return options(Duration.ofSeconds(15));
    }

    /** @param answer how long each answer is waited for */
    public static ProbeOptions options(Duration answer) {
        ProbeOptions defaults = ProbeOptions.defaults("probe.example");
        return new ProbeOptions(
                defaults.ehloName(),
                answer,
                answer,
                answer,
                Duration.ZERO,
                defaults.budget(),
                List.of(),
                defaults.groupClasses());
    }

    public static ServerFacts probe(InetSocketAddress address, Service service, Depth depth) {
        return probe(address, service, depth, options());
    }

    public static ServerFacts probe(InetSocketAddress address, Service service, Depth depth, ProbeOptions options) {
        return new TlsProber(new SystemNetwork(), options, new SecureRandom())
                .probe(address, Optional.of("mx.example"), service, depth);
    }
}
