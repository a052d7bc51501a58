package org.hikyaku.conformance.grade;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.hikyaku.conformance.serve.ServeOptions;
import org.hikyaku.conformance.serve.ServedLab;
import org.hikyaku.conformance.serve.Sighting;
import org.hikyaku.dns.Resolver;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.TestPorts;
import org.hikyaku.relay.Relay;
import org.hikyaku.relay.Surroundings;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.Mailbox;
import org.xbill.DNS.Type;

/** A whole relay beside a served lab on loopback, with a clock of their own. The mails are submitted to it by SMTP. */
final class RelayUnderTest implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(100);
    /** Notices about mails with REQUIRETLS need it too. */
    private static final String SENDER = "grade@requiretls-dane.example";

    private static final InetSocketAddress NOBODY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private final List<Sighting> sightings = new ArrayList<>(); // guarded by lock
    private final List<String> lines = new ArrayList<>(); // guarded by lock
    private final ServedLab served;
    private final List<Case> cases;
    private final LineWriter log;
    private final Relay relay;
    /** Noon, so that no midnight comes while a test runs. */
    private volatile Instant now = LocalDate.now(ZoneOffset.UTC).atTime(12, 0).toInstant(ZoneOffset.UTC);

    RelayUnderTest(Path folder) throws Exception {
        InstantSource clock = () -> now;
        ServeOptions.Ports ports = new ServeOptions.Ports(
                TestPorts.takeForDns(), TestPorts.takeForDns(), TestPorts.take(), TestPorts.take());
        ServeOptions options = ServeOptions.defaults()
                .withAddresses(ServeOptions.Addresses.LOOPBACK)
                .withPorts(ports)
                .withClock(clock);
        served = ServedLab.start(options, 25, this::saw);
        // a host that never answers decides nothing and takes its time; the lab does not move on here
        cases = CaseBook.of(options.catalogue()).stream()
                .filter(c -> !c.domain().equals("port-dropped.example"))
                .filter(c -> c.probe() != Probe.LATER && c.probe() != Probe.RESTARTED)
                .toList();
        log = new LineWriter(new ByteArrayOutputStream() {
            @Override
            public synchronized void flush() {
                logged(Arrays.asList(toString(StandardCharsets.UTF_8).split("\n")));
                reset();
            }
        });
        key(folder.resolve("dkim.pem"));
        Path file = Files.writeString(folder.resolve("relay.yaml"), """
                hostname: mx.sender.example
                domains: [sender.example]
                data-directory: data
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"], submission: [], submissions: []}
                receive: {networks: [127.0.0.0/8]}
                queue: {keep-free: 1 MiB}
                tls-reports:
                  contact: tls-reports@sender.example
                  organization: The Sender
                  dkim-key: dkim.pem
                  dkim-selector: s1
                  post-inside: true
                """);
        relay = Relay.start(
                RelayConfigReader.read(file).config(),
                new Surroundings(
                        new SystemNetwork(),
                        new OtherPorts(new SystemNetwork(), ports.smtp(), ports.https()),
                        watched(served.lab().resolver()),
                        served.lab().dnsAnchors(),
                        served.lab().caAnchors(),
                        clock,
                        new SecureRandom(),
                        Map.of()),
                log,
                Optional.empty());
    }

    private static void key(Path file) throws Exception {
        byte[] key = KeyPairGenerator.getInstance("Ed25519")
                .generateKeyPair()
                .getPrivate()
                .getEncoded();
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(
                file,
                "-----BEGIN PRIVATE KEY-----\n" + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n");
    }

    /** Questions are seen as such to the lab's resolver. */
    private Resolver watched(Resolver real) {
        return (question, deadline) -> {
            saw(new Sighting.Asked(
                    now,
                    Optional.empty(),
                    question.name().toString(true),
                    Type.string(question.type()),
                    Sighting.NameServer.RESOLVER,
                    NOBODY,
                    true,
                    true));
            return real.ask(question, deadline);
        };
    }

    private void saw(Sighting sighting) {
        lock.lock();
        try {
            sightings.add(sighting);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void logged(List<String> all) {
        lock.lock();
        try {
            lines.addAll(all);
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    List<Case> cases() {
        return cases;
    }

    /** Submits the mail of each case and waits until each was tried. */
    List<Injector.Handed> submit() throws Exception {
        List<Injector.Handed> handed = new Injector(
                        new SystemNetwork(),
                        new SecureRandom(),
                        () -> now,
                        new Injector.Target(
                                relay.addresses().getFirst(),
                                "mx.sender.example",
                                Optional.empty(),
                                Mailbox.parse(SENDER)))
                .hand(cases);
        for (Case c : cases) {
            awaitLine(l -> l.contains("to=<" + c.recipient() + "> outcome="), c.recipient());
        }
        await(
                () -> count(l -> l.contains("to=<" + SENDER + "> outcome=delivered"))
                        == count(l -> l.contains(" outcome=failed ")),
                "a notice about each failure");
        return handed;
    }

    private long count(Predicate<String> line) {
        return lines.stream().filter(line).count();
    }

    private void awaitLine(Predicate<String> line, String what) throws InterruptedException {
        await(() -> lines.stream().anyMatch(line), what);
    }

    /** Moves the clock to the next morning, and waits until a report has come to each of these addresses. */
    void sleepUntilTheReportsCome(List<String> addresses) throws Exception {
        now = now.plus(Duration.ofHours(17)); // T10: jitter ended at four
        relay.reload();
        for (String address : addresses) {
            await(
                    () -> sightings.stream()
                            .anyMatch(s -> s instanceof Sighting.ReportTaken r && r.to().equalsIgnoreCase(address)),
                    "a report to " + address);
        }
    }

    private interface Question {
        boolean answered();
    }

    private void await(Question question, String what) throws InterruptedException {
        lock.lock();
        try {
            long left = PATIENCE.toNanos();
            while (!question.answered()) {
                if (left <= 0) {
                    throw new AssertionError("still waiting for " + what + "; the log ends with "
                            + lines.subList(Math.max(0, lines.size() - 20), lines.size()));
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    List<Sighting> sightings() {
        lock.lock();
        try {
            return List.copyOf(sightings);
        } finally {
            lock.unlock();
        }
    }

    Grade grade() {
        return new Grader(cases)
                .grade(sightings(), cases.stream().map(Case::recipient).toList());
    }

    /** Port 25 and 443 are others than senders think. */
    private record OtherPorts(Network real, int smtp, int https) implements Network {
        @Override
        public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
            if (remote.getAddress() instanceof Inet6Address) {
                throw new NoRouteToHostException("the lab on loopback has no IPv6");
            }
            int port = remote.getPort() == 25 ? smtp : remote.getPort() == 443 ? https : remote.getPort();
            return real.dial(new InetSocketAddress(remote.getAddress(), port), deadline);
        }

        @Override
        public Listener listen(InetSocketAddress local) throws IOException {
            return real.listen(local);
        }
    }

    @Override
    public void close() {
        relay.close();
        log.close();
        served.close();
    }
}
