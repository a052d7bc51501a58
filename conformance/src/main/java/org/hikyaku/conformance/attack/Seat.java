package org.hikyaku.conformance.attack;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.conformance.attack.Step.Kind;
import org.hikyaku.conformance.attack.Step.Party;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.lab.DnsAttacker;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The attacker's place between one sender and the lab: all of the sender's DNS questions and TCP connections go by here. Real
 * TCP: each connection of the sender ends at a port of the loopback interface with the attacker behind it. For one mail.
 */
final class Seat implements Network, DnsAttacker {
    private static final Logger LOG = LoggerFactory.getLogger(Seat.class);
    private static final int SMTP = 25;
    private static final int HTTPS = 443;

    /** Longest wait of the attacker's for anybody. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    /** The sender's address: of the block for benchmarks (RFC 2544), which the lab does not use up. */
    private static final InetAddress SENDER_V4 = literal("198.19.255.25");

    private static final InetAddress SENDER_V6 = literal("2001:db8:ffff::25");

    private final Victim victim;
    private final Story story = new Story();
    private final AttackerCapture capture = new AttackerCapture();
    private final SystemNetwork loopback = new SystemNetwork();
    private final Queue<Thread> busy = new ConcurrentLinkedQueue<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final List<String> told = new ArrayList<>(); // guarded by lock
    private final long startNanos;
    private final Instant start;

    private Optional<MailTrick> mail = Optional.empty();
    private Optional<MailTrick> policyHost = Optional.empty();
    private boolean blocksPolicyHost = true;
    private DnsAttacker dns = (_, honest) -> honest;

    Seat(Victim victim) {
        this.victim = victim;
        this.start = victim.lab().clock().instant();
        this.startNanos = System.nanoTime();
    }

    Victim victim() {
        return victim;
    }

    Story story() {
        return story;
    }

    AttackerCapture capture() {
        return capture;
    }

    /** From now on this happens to connections to port 25, but those to hosts of the attacker's own. */
    void onMail(MailTrick trick) {
        mail = Optional.of(trick);
    }

    /** From now on this stands in the policy host's place. */
    void onPolicyHost(MailTrick trick) {
        policyHost = Optional.of(trick);
        blocksPolicyHost = false;
    }

    /** Lets connections to the policy host through. */
    void leavesPolicyHostAlone() {
        blocksPolicyHost = false;
    }

    /** From now on this is what the sender's resolver hears. */
    void onDns(DnsAttacker trick) {
        dns = trick;
    }

    @Override
    public Reply tamper(Question question, Reply honest) {
        Reply said = dns.tamper(question, honest);
        if (!said.equals(honest)) {
            // one answer may be asked for by several look-ups
            if (firstTime("DNS " + question)) {
                story.say(Party.SENDER, Party.DNS, Kind.CLEAR, question + " ?");
                story.say(Party.ATTACKER, Party.SENDER, Kind.FORGED, DnsWords.of(question, said));
            }
        }
        return said;
    }

    private boolean firstTime(String what) {
        lock.lock();
        try {
            return !told.contains(what) && told.add(what);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        if (remote.getPort() == HTTPS) {
            if (blocksPolicyHost) {
                if (firstTime("443")) {
                    story.say(Party.SENDER, Party.ATTACKER, Kind.CLEAR, "TCP to the policy host, port 443");
                    story.note(Party.ATTACKER, "lets nothing through to port 443");
                }
                throw new ConnectException("no connection to " + Addresses.text(remote) + ": the attacker blocks it");
            }
            return policyHost.isPresent()
                    ? meet(remote, deadline, policyHost.get())
                    : victim.lab().network().dial(remote, deadline);
        }
        if (remote.getPort() == SMTP) {
            Optional<MailTrick> own = victim.attackersHost(remote.getAddress());
            if (own.isPresent()) {
                return meet(remote, deadline, own.get());
            }
            if (mail.isPresent()) {
                return meet(remote, deadline, mail.get());
            }
        }
        return victim.lab().network().dial(remote, deadline);
    }

    /** The sender's connection ends at a loopback port where the attacker waits. */
    private Connection meet(InetSocketAddress remote, Deadline deadline, MailTrick trick) throws IOException {
        try (Listener port = loopback.listen(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0))) {
            Connection client = loopback.dial(port.local(), deadline);
            try {
                Connection here = port.accept();
                here.within(Deadline.after(PATIENCE));
                InetSocketAddress from = new InetSocketAddress(
                        remote.getAddress() instanceof java.net.Inet6Address ? SENDER_V6 : SENDER_V4,
                        client.local().getPort());
                Wire wire = wire(Wire.Leg.FROM_SENDER, from, remote);
                Meeting meeting = new Meeting(this, wire.tapped(here, Side.CLIENT), remote);
                busy.add(Thread.ofVirtual().name("attacker").start(() -> run(meeting, trick)));
            } catch (IOException e) {
                client.close();
                throw e;
            }
            return new RemoteAs(client, remote);
        }
    }

    private static void run(Meeting meeting, MailTrick trick) {
        try {
            try {
                trick.meet(meeting);
            } finally {
                meeting.sender().close();
            }
        } catch (IOException e) {
            // a victim that hangs up is everyday life for an attacker
            LOG.debug("attacker: {}", e.toString());
        }
    }

    /** A wire that is tapped from now on. */
    Wire wire(Wire.Leg leg, InetSocketAddress client, InetSocketAddress server) {
        InetSocketAddress from = client.getAddress().isLoopbackAddress()
                ? new InetSocketAddress(
                        server.getAddress() instanceof java.net.Inet6Address ? SENDER_V6 : SENDER_V4, client.getPort())
                : client;
        Wire wire = new Wire(leg, from, server, this::nanos);
        capture.tap(wire);
        return wire;
    }

    private long nanos() {
        return start.getEpochSecond() * 1_000_000_000L + start.getNano() + System.nanoTime() - startNanos;
    }

    Connection dialReceiver(InetSocketAddress address) throws IOException {
        return victim.lab().network().dial(address, Deadline.after(PATIENCE));
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        return loopback.listen(local);
    }

    /** Waits until all of the attacker's connections are over: then nothing more comes into his hands. */
    void await() throws InterruptedException {
        for (Thread thread : busy) {
            if (!thread.join(PATIENCE.multipliedBy(2))) {
                throw new IllegalStateException(
                        "the attacker's connections have deadlines and should be over: " + thread);
            }
        }
    }

    private static InetAddress literal(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("a literal is an address", e);
        }
    }
}
