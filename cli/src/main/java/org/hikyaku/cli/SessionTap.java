package org.hikyaku.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.synthetic.TcpWriter;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.capture.tcp.Side;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.TappedConnection;
import org.hikyaku.tls.KeyLog;

/**
 * Keeps what goes over connections, and the secrets of their TLS sessions, and writes both as one capture. Readers take
 * a secret for the packets behind it only, so everything is kept until the end, secrets first.
 */
final class SessionTap implements Network, KeyLog {
    /** A mail of 50 MB in base64, and room. */
    private static final Limit KEPT = new Limit("bytes of a session kept for --pcap", 128L * 1024 * 1024);

    private final Network network;
    private final InstantSource clock;
    private final List<Conversation> conversations = new ArrayList<>();
    private final StringBuilder secrets = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock(); // ports are tried on several threads
    private long kept;

    SessionTap(Network network, InstantSource clock) {
        this.network = network;
        this.clock = clock;
    }

    private record Piece(Side side, Instant at, Bytes bytes) {}

    /** Bytes without equality or a text form. */
    private static final class Bytes {
        private final byte[] value;

        Bytes(byte[] value) {
            this.value = value;
        }
    }

    private record Conversation(
            InetSocketAddress local, InetSocketAddress remote, Instant opened, List<Piece> pieces) {}

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        Connection connection = network.dial(remote, deadline);
        Conversation conversation =
                new Conversation(connection.local(), connection.remote(), clock.instant(), new ArrayList<>());
        lock.lock();
        try {
            conversations.add(conversation);
        } finally {
            lock.unlock();
        }
        return new TappedConnection(connection, tap(conversation));
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        return network.listen(local);
    }

    @Override
    public void secret(String label, byte[] clientRandom, byte[] secret) {
        HexFormat hex = HexFormat.of();
        lock.lock();
        try {
            secrets.append(label)
                    .append(' ')
                    .append(hex.formatHex(clientRandom))
                    .append(' ')
                    .append(hex.formatHex(secret))
                    .append('\n');
        } finally {
            lock.unlock();
        }
    }

    private void keep(Conversation conversation, Side side, byte[] from, int offset, int length) throws IOException {
        lock.lock();
        try {
            kept += length;
            KEPT.check(kept);
            byte[] copy = new byte[length];
            System.arraycopy(from, offset, copy, 0, length);
            conversation.pieces().add(new Piece(side, clock.instant(), new Bytes(copy)));
        } finally {
            lock.unlock();
        }
    }

    /** Writes all of it. */
    void write(Path file) throws IOException {
        lock.lock();
        try (PcapNgWriter to = PcapNgWriter.create(file, "hikyaku", true)) {
            if (!secrets.isEmpty()) {
                to.keyLog(secrets.toString().getBytes(StandardCharsets.US_ASCII));
            }
            int number = to.addInterface(PcapNgWriter.ETHERNET, 0, "");
            for (Conversation conversation : conversations) {
                TcpWriter tcp = new TcpWriter(
                        to, number, Endpoint.of(conversation.local()), Endpoint.of(conversation.remote()));
                long last = nanos(conversation.opened());
                tcp.open(last);
                for (Piece piece : conversation.pieces()) {
                    last = nanos(piece.at());
                    tcp.data(piece.side(), piece.bytes().value, 0, piece.bytes().value.length, last);
                }
                tcp.close(last);
            }
        } finally {
            lock.unlock();
        }
    }

    private static long nanos(Instant at) {
        return at.getEpochSecond() * 1_000_000_000L + at.getNano();
    }

    private TappedConnection.Tap tap(Conversation conversation) {
        return new TappedConnection.Tap() {
            @Override
            public void received(byte[] bytes, int offset, int length) throws IOException {
                keep(conversation, Side.SERVER, bytes, offset, length);
            }

            @Override
            public void sent(byte[] bytes, int offset, int length) throws IOException {
                keep(conversation, Side.CLIENT, bytes, offset, length);
            }
        };
    }
}
