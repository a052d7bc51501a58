package org.hikyaku.conformance.serve;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongFunction;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.synthetic.UdpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.lab.LabWatch;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Limit;
import org.hikyaku.net.TappedConnection;
import org.hikyaku.tls.KeyLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what goes over the lab's wires as pcapng with the secrets of TLS inside, in order of time. Readers take a secret
 * for the packets behind it only, and which secrets a connection has is known for sure when it is over: so packets wait
 * behind the oldest connection that is open, and are written behind its secrets when it ends. Safe for many threads.
 */
public final class WireTap implements KeyLog, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(WireTap.class);

    /** A mail of 50 MB in each of some connections. Past it packets are written without waiting for later secrets. */
    static final Limit KEPT = new Limit("bytes of a capture that wait for a connection to end", 128L << 20);

    private final PcapNgWriter to;
    private final InstantSource clock;
    private final int interfaceNumber;
    private final Deque<Waiting> waiting = new ArrayDeque<>(); // in order of time, as clock and lock give it
    private final StringBuilder secrets = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock(); // clients are served on a thread each
    private long kept;
    private boolean closed;

    private WireTap(PcapNgWriter to, InstantSource clock) throws IOException {
        this.to = to;
        this.clock = clock;
        this.interfaceNumber = to.addInterface(PcapNgWriter.ETHERNET, 0, "lab");
    }

    /** Makes or overwrites a file, which only its owner may read. */
    public static WireTap create(Path file, InstantSource clock) throws IOException {
        WireTap tap = new WireTap(PcapNgWriter.create(file, "hikyaku lab", true), clock);
        tap.to.flush();
        return tap;
    }

    /** Packets to be written. */
    @FunctionalInterface
    private interface Packets {
        void write() throws IOException;
    }

    /**
     * Packets that wait.
     *
     * @param of the connection that they belong to; empty when to none
     * @param size their bytes
     */
    private record Waiting(Optional<Conversation> of, int size, Packets packets) {}

    /** One connection; equal only to itself. */
    private final class Conversation implements TappedConnection.Tap {
        private final TcpWriter tcp;
        private final Side near;
        private boolean over; // guarded by lock

        Conversation(InetSocketAddress client, InetSocketAddress server, Side near) {
            this.tcp = new TcpWriter(to, interfaceNumber, Endpoint.of(client), Endpoint.of(server));
            this.near = near;
        }

        @Override
        public void received(byte[] bytes, int offset, int length) {
            keep(near.other(), bytes, offset, length);
        }

        @Override
        public void sent(byte[] bytes, int offset, int length) {
            keep(near, bytes, offset, length);
        }

        private void keep(Side side, byte[] from, int offset, int length) {
            byte[] copy = new byte[length];
            System.arraycopy(from, offset, copy, 0, length);
            later(Optional.of(this), length, now -> () -> tcp.data(side, copy, 0, length, now));
        }
    }

    /** A connection whose bytes are kept, and how its end is told. */
    public record Tapped(Connection connection, Runnable ended) {}

    /**
     * Keeps what is said on a connection from now on.
     *
     * @param near which side's end of the connection this is
     */
    public Tapped tapped(Connection connection, Side near) {
        boolean server = near == Side.SERVER;
        Conversation conversation = new Conversation(
                server ? connection.remote() : connection.local(),
                server ? connection.local() : connection.remote(),
                near);
        later(Optional.of(conversation), 0, now -> () -> conversation.tcp.open(now));
        return new Tapped(new TappedConnection(connection, conversation), () -> end(conversation));
    }

    private void end(Conversation conversation) {
        lock.lock();
        try {
            if (!conversation.over) {
                conversation.over = true;
                later(Optional.of(conversation), 0, now -> () -> conversation.tcp.close(now));
            }
        } finally {
            lock.unlock();
        }
    }

    /** Writes a question and its answer. */
    public void exchange(LabWatch.DnsExchange exchange) {
        Endpoint client = Endpoint.of(exchange.client());
        Endpoint server = Endpoint.of(exchange.server());
        int size =
                exchange.query().length + exchange.answer().map(a -> a.length).orElse(0);
        later(Optional.empty(), size, now -> () -> {
            if (exchange.overTcp()) {
                TcpWriter tcp = new TcpWriter(to, interfaceNumber, client, server);
                tcp.open(now);
                data(tcp, Side.CLIENT, framed(exchange.query()), now);
                if (exchange.answer().isPresent()) {
                    data(tcp, Side.SERVER, framed(exchange.answer().get()), now);
                }
                tcp.close(now);
            } else {
                UdpWriter udp = new UdpWriter(to, interfaceNumber, client, server);
                udp.datagram(Side.CLIENT, exchange.query(), now);
                if (exchange.answer().isPresent()) {
                    udp.datagram(Side.SERVER, exchange.answer().get(), now);
                }
            }
        });
    }

    /** A message of the DNS over TCP has its length in front (RFC 1035 section 4.2.2). */
    private static byte[] framed(byte[] message) {
        byte[] framed = new byte[message.length + 2];
        framed[0] = (byte) (message.length >> 8);
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        return framed;
    }

    private static void data(TcpWriter tcp, Side side, byte[] bytes, long nanos) throws IOException {
        tcp.data(side, bytes, 0, bytes.length, nanos);
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        HexFormat hex = HexFormat.of();
        String line = label + " " + hex.formatHex(clientRandom) + " " + hex.formatHex(secret) + "\n";
        lock.lock();
        try {
            secrets.append(line);
        } finally {
            lock.unlock();
        }
    }

    /** @param packets what to write, by the time of now in nanoseconds since 1970 */
    private void later(Optional<Conversation> of, int size, LongFunction<Packets> packets) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            waiting.add(new Waiting(of, size, packets.apply(nanos(clock.instant()))));
            kept += size;
            write(kept > KEPT.value());
        } catch (IOException e) {
            lost(e);
        } finally {
            lock.unlock();
        }
    }

    /** @param all also what belongs to connections that are open */
    private void write(boolean all) throws IOException {
        boolean written = false;
        for (Waiting next = waiting.peek();
                next != null && (all || next.of().filter(c -> !c.over).isEmpty());
                next = waiting.peek()) {
            if (!secrets.isEmpty()) {
                // those of other connections that are open come early: that does no harm
                to.keyLog(secrets.toString().getBytes(StandardCharsets.US_ASCII));
                secrets.setLength(0);
            }
            next.packets().write();
            kept -= next.size();
            waiting.remove();
            written = true;
        }
        if (written) {
            to.flush();
        }
    }

    /** The lab goes on without its capture. */
    private void lost(IOException e) {
        LOG.error("The capture cannot be written, and ends here: {}", e.getMessage());
        closed = true;
        waiting.clear();
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    /** Writes what waits for connections that are still open, and ends the file. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                write(true);
                closed = true;
            }
            to.close();
        } finally {
            lock.unlock();
        }
    }
}
