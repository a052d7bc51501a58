package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.delivery.Seams;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.ValidatingResolver;
import org.hikyaku.dns.ValidatorOptions;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.PolicySource;
import org.hikyaku.policy.StsCache;
import org.hikyaku.policy.StsFetcher;
import org.hikyaku.policy.StsStore;
import org.hikyaku.policy.ValidatedAddresses;
import org.hikyaku.x509.TrustAnchors;
import org.xbill.DNS.Type;

/** A served lab on loopback, and all that a sender in this process needs to get about in it. */
final class GradedLab implements AutoCloseable {
    /** Cases at the same time. */
    private static final int AT_ONCE = 8;

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final InstantSource clock;
    private final ServedLab served;
    private final ServeOptions.Ports ports;
    private final Lookup validated;
    private final ConcurrentLinkedQueue<Sighting> sightings = new ConcurrentLinkedQueue<>();
    private final Network network;
    private final List<Case> cases;

    GradedLab() throws IOException {
        Instant now = Instant.now();
        this.clock = () -> now;
        this.ports = new ServeOptions.Ports(free(), free(), free(), free());
        ServeOptions options = ServeOptions.defaults()
                .withAddresses(ServeOptions.Addresses.LOOPBACK)
                .withPorts(ports)
                .withClock(clock);
        this.served = ServedLab.start(options, sightings::add);
        this.validated = new ValidatingResolver(
                served.lab().resolver(), served.lab().dnsAnchors(), ValidatorOptions.defaults(), clock);
        this.network = new OtherPort(new SystemNetwork(), ports.https());
        // a host that never answers decides nothing and takes its time
        this.cases = CaseBook.of(options.catalogue()).stream()
                .filter(c -> !c.domain().equals("port-dropped.example"))
                .toList();
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    List<Case> cases() {
        return cases;
    }

    int smtpPort() {
        return ports.smtp();
    }

    InstantSource clock() {
        return clock;
    }

    Network network() {
        return network;
    }

    TrustAnchors authorities() {
        return served.lab().caAnchors();
    }

    Lookup unwatched() {
        return validated;
    }

    /** Look-ups that are seen as questions to the lab's resolver; answers are kept for the next sender. */
    Lookup lookup() {
        return question -> {
            sightings.add(new Sighting.Asked(
                    clock.instant(),
                    Optional.empty(),
                    question.name().toString(true),
                    Type.string(question.type()),
                    Sighting.NameServer.RESOLVER,
                    NOBODY,
                    true,
                    false));
            return validated.lookup(question);
        };
    }

    PolicySource policies() {
        return new StsFetcher(network, new ValidatedAddresses(validated), authorities(), clock, Duration.ofSeconds(20));
    }

    Seams seams() {
        Lookup lookup = lookup();
        return new Seams(
                network,
                lookup,
                new StsCache(lookup, policies(), StsStore.inMemory(), clock),
                authorities(),
                clock,
                new Random(1),
                new SecureRandom(),
                Optional.empty());
    }

    /** Sends the mail of a case. */
    @FunctionalInterface
    interface Sending {
        void send(Case c) throws IOException, InterruptedException;
    }

    /** Has a sender deal with these cases, and grades what was seen. */
    Grade grade(Sending sender, List<Case> some) throws InterruptedException {
        sightings.clear();
        Semaphore atOnce = new Semaphore(AT_ONCE);
        List<Future<?>> all = new ArrayList<>();
        try (ExecutorService tasks = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Case c : some) {
                all.add(tasks.submit(() -> {
                    atOnce.acquire();
                    try {
                        sender.send(c);
                    } finally {
                        atOnce.release();
                    }
                    return c;
                }));
            }
        }
        for (Future<?> done : all) {
            try {
                done.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the sender gave up", e.getCause());
            }
        }
        return new Grader(cases)
                .grade(
                        List.copyOf(sightings),
                        some.stream().map(Case::recipient).toList());
    }

    /** The policy hosts' port is another than senders think. */
    private record OtherPort(Network real, int https) implements Network {
        @Override
        public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
            if (remote.getAddress() instanceof Inet6Address) {
                throw new NoRouteToHostException("the lab on loopback has no IPv6");
            }
            return real.dial(
                    remote.getPort() == 443 ? new InetSocketAddress(remote.getAddress(), https) : remote, deadline);
        }

        @Override
        public Listener listen(InetSocketAddress local) throws IOException {
            return real.listen(local);
        }
    }

    @Override
    public void close() {
        served.close();
    }
}
