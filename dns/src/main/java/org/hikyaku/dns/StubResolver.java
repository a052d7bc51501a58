package org.hikyaku.dns;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;

/**
 * Asks recursive resolvers over UDP, and over TCP when an answer is too large for UDP or UDP gets none. Safe for use
 * by thousands of threads at once; made to be used from virtual threads.
 *
 * <p>The servers are tried in the given order, starting with the one that answered last; a time-out, SERVFAIL or
 * REFUSED moves on to the next. All of them are trusted alike.
 */
public final class StubResolver implements Resolver, Closeable {
    private final List<InetSocketAddress> servers;
    private final StubOptions options;
    private final UdpSockets udp;
    private final TcpExchange tcp;
    private final Semaphore places;

    /** Index of the server that answered last: a dead first server costs its time-out once, not every time. */
    private final AtomicInteger preferred = new AtomicInteger();

    /** Asks over the operating system's network. */
    public StubResolver(List<InetSocketAddress> servers, StubOptions options) {
        this(servers, options, new SystemNetwork());
    }

    /**
     * @param servers addresses and ports, at least one
     * @param network for TCP; UDP goes through the operating system
     */
    public StubResolver(List<InetSocketAddress> servers, StubOptions options, Network network) {
        this(servers, options, network, new SecureRandom());
    }

    StubResolver(List<InetSocketAddress> servers, StubOptions options, Network network, RandomGenerator random) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a stub resolver needs at least one server to ask");
        }
        this.servers = List.copyOf(servers);
        this.options = options;
        this.udp = new UdpSockets(this.servers, random);
        this.tcp = new TcpExchange(network, random, options.tcpConnections());
        this.places = new Semaphore((int) options.inFlight().value());
    }

    @Override
    public Reply ask(Question question, Deadline deadline) {
        try {
            if (!places.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                return new Reply.Unusable(new Failure(
                        Failure.Kind.LIMIT,
                        question + " was not asked: the limit of "
                                + options.inFlight().value() + " "
                                + options.inFlight().name() + " was full until the time was over."));
            }
            try {
                return new StubQuery(question, servers, options, udp, tcp, preferred).ask(deadline);
            } finally {
                places.release();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reply.Unusable(
                    new Failure(Failure.Kind.TIMEOUT, "The look-up of " + question + " was interrupted."));
        }
    }

    @Override
    public String inWords() {
        return (servers.size() == 1 ? "the resolver at " : "the resolvers at ")
                + servers.stream().map(Addresses::text).collect(Collectors.joining(", "));
    }

    /** The servers, in the order given. */
    public List<InetSocketAddress> servers() {
        return servers;
    }

    /** Closes all sockets; questions under way fail. */
    @Override
    public void close() throws IOException {
        udp.close();
    }
}
