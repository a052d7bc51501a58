package org.hikyaku.conformance.grade;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
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
import java.util.concurrent.atomic.AtomicReference;
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
import org.hikyaku.net.TestPorts;
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

    /** D26: a connection that was opened for the other domain of its MX host must be there when its mail comes. */
    private static final String SHARING = "shared-sts.example";

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    /** How far the clock is put on between the stages of a run: more than all that may be remembered of what changes. */
    private static final Duration STEP = Duration.ofMinutes(6);

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final InstantSource clock = now::get;
    private final ServedLab served;
    private final ServeOptions.Ports ports;
    private final Lookup validated;
    private final ConcurrentLinkedQueue<Sighting> sightings = new ConcurrentLinkedQueue<>();
    private final Network network;
    private final List<Case> cases;

    GradedLab() throws IOException {
        this.ports = new ServeOptions.Ports(
                TestPorts.takeForDns(), TestPorts.takeForDns(), TestPorts.take(), TestPorts.take());
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

    /** @param store where policies are kept */
    Seams seams(StsStore store) {
        Lookup lookup = lookup();
        return new Seams(
                network,
                lookup,
                new StsCache(lookup, policies(), store, clock),
                authorities(),
                clock,
                new Random(1),
                new SecureRandom(),
                Optional.empty());
    }

    /** A sender under test. */
    @FunctionalInterface
    interface Sender {
        /** Deals with the mail of a case. */
        void send(Case c) throws IOException, InterruptedException;

        /** Waits for six minutes, in which kept connections end. */
        default void rest() throws IOException {}

        /** Forgets what is not kept on disk. */
        default void restart() throws IOException, InterruptedException {}
    }

    /** Has a sender deal with these cases, of which some need a change or a restart before, and grades what was seen. */
    Grade grade(Sender sender, List<Case> some) throws Exception {
        sightings.clear();
        served.lab().startOver();
        now.updateAndGet(t -> t.plus(STEP));
        List<Case> first = some.stream().filter(c -> !c.isSecond()).toList();
        sendAll(sender, first.stream().filter(c -> !c.domain().equals(SHARING)).toList());
        sendAll(sender, first.stream().filter(c -> c.domain().equals(SHARING)).toList());
        sender.rest();
        served.moveOn();
        now.updateAndGet(t -> t.plus(STEP));
        sendAll(sender, some.stream().filter(c -> c.probe() == Probe.LATER).toList());
        sender.restart();
        served.tellRestarted();
        sendAll(sender, some.stream().filter(c -> c.probe() == Probe.RESTARTED).toList());
        return new Grader(cases)
                .grade(
                        List.copyOf(sightings),
                        some.stream().map(Case::recipient).toList());
    }

    private static void sendAll(Sender sender, List<Case> some) throws Exception {
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
