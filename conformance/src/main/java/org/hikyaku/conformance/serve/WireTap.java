package org.hikyaku.conformance.serve;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.synthetic.UdpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.lab.LabWatch;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.tls.KeyLog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what goes over the lab's wires as pcapng with the secrets of TLS inside. Readers take a secret for the packets
 * behind it only, so each connection is kept until it ends, and written then, behind its secrets; the file can be read
 * at any time. Safe for many threads.
 */
public final class WireTap implements KeyLog, Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(WireTap.class);

    /** A mail of 50 MB in each of some connections. What is past it is left out of the capture. */
    static final Limit KEPT = new Limit("bytes of open connections kept for a capture", 128L << 20);

    private final PcapNgWriter to;
    private final InstantSource clock;
    private final int interfaceNumber;
    private final Set<Conversation> open = new LinkedHashSet<>();
    private final StringBuilder secrets = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock(); // clients are served on a thread each
    private long kept;
    private boolean over;
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

    private record Piece(Side side, Instant at, Bytes bytes) {}

    /** Bytes without equality or a text form. */
    private static final class Bytes {
        private final byte[] value;

        Bytes(byte[] value) {
            this.value = value;
        }
    }

    /** What both sides of one connection say; equal only to itself. */
    private static final class Conversation {
        private final InetSocketAddress client;
        private final InetSocketAddress server;
        private final Instant opened;
        private final List<Piece> pieces = new ArrayList<>();

        Conversation(InetSocketAddress client, InetSocketAddress server, Instant opened) {
            this.client = client;
            this.server = server;
            this.opened = opened;
        }
    }

    /** A connection whose bytes are kept. */
    public final class Tapped implements Connection {
        private final Connection connection;
        private final Conversation conversation;
        private final Side near;

        private Tapped(Connection connection, Side near) {
            this.connection = connection;
            this.near = near;
            boolean server = near == Side.SERVER;
            this.conversation = new Conversation(
                    server ? connection.remote() : connection.local(),
                    server ? connection.local() : connection.remote(),
                    clock.instant());
        }

        /** Writes what was kept: nothing more will be said. */
        public void ended() {
            end(conversation);
        }

        @Override
        public InputStream input() {
            return new Input(connection.input(), conversation, near.other());
        }

        @Override
        public OutputStream output() {
            return new Output(connection.output(), conversation, near);
        }

        @Override
        public InetSocketAddress remote() {
            return connection.remote();
        }

        @Override
        public InetSocketAddress local() {
            return connection.local();
        }

        @Override
        public void within(Deadline deadline) {
            connection.within(deadline);
        }

        @Override
        public void acknowledge() throws IOException {
            connection.acknowledge();
        }

        @Override
        public void close() throws IOException {
            connection.close();
        }
    }

    /**
     * Keeps what is said on a connection from now on.
     *
     * @param near which side's end of the connection this is
     */
    public Tapped tapped(Connection connection, Side near) {
        Tapped tapped = new Tapped(connection, near);
        lock.lock();
        try {
            open.add(tapped.conversation);
        } finally {
            lock.unlock();
        }
        return tapped;
    }

    /** Writes a question and its answer. */
    public void exchange(LabWatch.DnsExchange exchange) {
        Endpoint client = Endpoint.of(exchange.client());
        Endpoint server = Endpoint.of(exchange.server());
        long now = nanos(clock.instant());
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (exchange.overTcp()) {
                TcpWriter tcp = new TcpWriter(to, interfaceNumber, client, server);
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
            to.flush();
        } catch (IOException e) {
            lost(e);
        } finally {
            lock.unlock();
        }
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

    private void keep(Conversation conversation, Side side, byte[] from, int offset, int length) {
        lock.lock();
        try {
            if (kept + length > KEPT.value()) {
                if (!over) {
                    LOG.warn(
                            "More than the limit of {} {}: the capture lacks what came after",
                            KEPT.value(),
                            KEPT.name());
                    over = true;
                }
                return;
            }
            kept += length;
            byte[] copy = new byte[length];
            System.arraycopy(from, offset, copy, 0, length);
            conversation.pieces.add(new Piece(side, clock.instant(), new Bytes(copy)));
        } finally {
            lock.unlock();
        }
    }

    private void end(Conversation conversation) {
        lock.lock();
        try {
            if (!closed && open.remove(conversation)) {
                write(conversation);
                to.flush();
            }
        } catch (IOException e) {
            lost(e);
        } finally {
            lock.unlock();
        }
    }

    private void write(Conversation conversation) throws IOException {
        if (!secrets.isEmpty()) {
            // those of other connections that are open come early: that does no harm
            to.keyLog(secrets.toString().getBytes(StandardCharsets.US_ASCII));
            secrets.setLength(0);
        }
        TcpWriter tcp =
                new TcpWriter(to, interfaceNumber, Endpoint.of(conversation.client), Endpoint.of(conversation.server));
        long last = nanos(conversation.opened);
        tcp.open(last);
        for (Piece piece : conversation.pieces) {
            last = nanos(piece.at());
            data(tcp, piece.side(), piece.bytes().value, last);
            kept -= piece.bytes().value.length;
        }
        tcp.close(last);
    }

    /** The lab goes on without its capture. */
    private void lost(IOException e) {
        LOG.error("The capture cannot be written, and ends here: {}", e.getMessage());
        closed = true;
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    /** Writes what is kept of connections that are still open, and ends the file. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (!closed) {
                for (Conversation conversation : open) {
                    write(conversation);
                }
                open.clear();
                closed = true;
            }
            to.close();
        } finally {
            lock.unlock();
        }
    }

    private final class Input extends InputStream {
        private final InputStream in;
        private final Conversation conversation;
        private final Side side;

        Input(InputStream in, Conversation conversation, Side side) {
            this.in = in;
            this.conversation = conversation;
            this.side = side;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = in.read(into, offset, length);
            if (n > 0) {
                keep(conversation, side, into, offset, n);
            }
            return n;
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }
    }

    private final class Output extends OutputStream {
        private final OutputStream out;
        private final Conversation conversation;
        private final Side side;

        Output(OutputStream out, Conversation conversation, Side side) {
            this.out = out;
            this.conversation = conversation;
            this.side = side;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            keep(conversation, side, from, offset, length);
            out.write(from, offset, length);
        }

        @Override
        public void flush() throws IOException {
            out.flush();
        }
    }
}
