package org.hikyaku.dns;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;

/**
 * One connected UDP socket with a random source port, shared by many questions in flight. An answer is believed only
 * when it comes from the server's address and port (the kernel checks that: the socket is connected), carries the
 * random id of a question in flight, and repeats that question (RFC 5452 section 9). All else is ignored, and the
 * question goes on waiting.
 *
 * <p>Questions in flight stand in a table indexed by the low bits of their id, so that no lock is needed.
 */
final class UdpSocket {
    static final int SLOTS = 4_096;

    /** Above the system ports. */
    private static final int FIRST_PORT = 10_000;

    private static final int LAST_PORT = 65_535;
    private static final int PORT_TRIES = 16;
    private static final int RECEIVE_BUFFER = 4 * 1024 * 1024;

    /** A question in flight under one id. */
    private record Pending(int id, UdpExchange exchange) {}

    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final int serverIndex;
    private final long openedAt;
    private final AtomicReferenceArray<Pending> pending = new AtomicReferenceArray<>(SLOTS);
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger asked = new AtomicInteger();
    private final LongAdder strays;
    private volatile boolean retired;

    private UdpSocket(
            DatagramChannel channel, InetSocketAddress server, int serverIndex, long openedAt, LongAdder strays) {
        this.channel = channel;
        this.server = server;
        this.serverIndex = serverIndex;
        this.openedAt = openedAt;
        this.strays = strays;
    }

    /** @param strays counts the datagrams that are not believed */
    static UdpSocket open(InetSocketAddress server, int serverIndex, RandomGenerator random, LongAdder strays)
            throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER);
            bindToRandomPort(channel, random);
            channel.connect(server);
            return new UdpSocket(channel, server, serverIndex, System.nanoTime(), strays);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e instanceof IOException io ? io : new IOException(e.getMessage(), e);
        }
    }

    private static void bindToRandomPort(DatagramChannel channel, RandomGenerator random) throws IOException {
        for (int i = 0; i < PORT_TRIES; i++) {
            try {
                channel.bind(new InetSocketAddress(random.nextInt(FIRST_PORT, LAST_PORT + 1)));
                return;
            } catch (BindException taken) {
                // another port, then
            }
        }
        channel.bind(null);
    }

    DatagramChannel channel() {
        return channel;
    }

    /** Sends the question under a fresh random id and remembers it until it is answered or {@link #forget forgotten}. */
    int ask(UdpExchange exchange, RandomGenerator random) throws IOException {
        int id;
        Pending mine;
        do {
            id = random.nextInt(1 << 16);
            mine = new Pending(id, exchange);
        } while (!pending.compareAndSet(id & (SLOTS - 1), null, mine));
        inFlight.incrementAndGet();
        asked.incrementAndGet();
        try {
            // A full send buffer loses the datagram; the next try mends that, as it does any other loss.
            channel.write(exchange.query().withId(id));
            return id;
        } catch (IOException e) {
            forget(id, exchange);
            throw e;
        }
    }

    void forget(int id, UdpExchange exchange) {
        Pending there = pending.get(id & (SLOTS - 1));
        if (there != null && there.exchange() == exchange && there.id() == id) {
            remove(there);
        }
    }

    private boolean remove(Pending entry) {
        boolean removed = pending.compareAndSet(entry.id() & (SLOTS - 1), entry, null);
        if (removed && inFlight.decrementAndGet() == 0 && retired) {
            close();
        }
        return removed;
    }

    /** Reads all datagrams that have arrived. Called by one thread only, with a buffer of its own. */
    void drain(ByteBuffer buffer) {
        try {
            buffer.clear();
            while (channel.read(buffer) > 0) {
                buffer.flip();
                heard(buffer);
                buffer.clear();
            }
        } catch (ClosedChannelException closedMeanwhile) {
            unreachable("the socket was closed");
        } catch (IOException e) {
            // The system hands an ICMP error to whoever reads next: the server's port is closed.
            unreachable(String.valueOf(e.getMessage()));
        }
    }

    private void heard(ByteBuffer message) {
        if (message.limit() < WireQuery.HEADER) {
            strays.increment();
            return;
        }
        int id = message.getShort(0) & 0xFFFF;
        Pending entry = pending.get(id & (SLOTS - 1));
        if (entry == null || entry.id() != id || !entry.exchange().query().isAnsweredBy(message) || !remove(entry)) {
            strays.increment();
            return;
        }
        byte[] copy = new byte[message.limit()];
        message.get(0, copy);
        entry.exchange().heard(serverIndex, copy);
    }

    private void unreachable(String why) {
        for (int i = 0; i < SLOTS; i++) {
            Pending entry = pending.get(i);
            if (entry != null && remove(entry)) {
                entry.exchange().unreachable(serverIndex, why);
            }
        }
    }

    /** True when the port has served long or often enough to be guessable, and a new one must take over. */
    boolean isWornOut(int mostQuestions, long mostNanos) {
        return asked.get() >= mostQuestions || System.nanoTime() - openedAt > mostNanos;
    }

    /** Asked no more; closes once nothing is in flight. */
    void retire() {
        retired = true;
        if (inFlight.get() == 0) {
            close();
        }
    }

    /** Closes at once; whoever waits for an answer is told. */
    void shutDown() {
        retired = true;
        unreachable("the resolver was closed");
        close();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("closing the UDP socket to " + server, e);
        }
    }
}
