package org.hikyaku.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.service.Decider;
import org.hikyaku.policy.service.PolicyCounts;
import org.hikyaku.policy.service.PolicyService;
import org.hikyaku.policy.service.SocketmapServer;
import org.hikyaku.policy.service.SocketmapSession;

/**
 * What {@code bench/policy} runs. {@code serve STORE DOMAINS}: the service over a DNS that has no MX records and over
 * policies for {@code d0.example}, {@code d1.example}…, as they are after a restart; prints its port. {@code load PORT
 * MAP CONNECTIONS SECONDS DOMAINS DEPTH}: asks, each connection with so many queries under way, and prints the answers
 * a second, all of them, and how many were not as they should be.
 * {@code store STORE DOMAINS}: writes the store.
 */
public final class PolicyBench {
    private static final Duration TTL = Duration.ofDays(1);

    private PolicyBench() {}

    public static void main(String... args) throws Exception {
        switch (args[0]) {
            case "store" -> store(Path.of(args[1]), Integer.parseInt(args[2]));
            case "serve" -> serve(Path.of(args[1]));
            case "load" ->
                load(
                        Integer.parseInt(args[1]),
                        args[2],
                        Integer.parseInt(args[3]),
                        Double.parseDouble(args[4]),
                        Integer.parseInt(args[5]),
                        Integer.parseInt(args[6]));
            case "ask" -> ask(Integer.parseInt(args[1]), args[2], Integer.parseInt(args[3]), Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException(args[0]);
        }
    }

    /** As a service that fetched them all would have left it. */
    private static void store(Path file, int domains) throws IOException, StsFormatException {
        Files.deleteIfExists(file);
        Instant now = Instant.now();
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(StsLogFormat.header());
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            for (int i = 0; i < domains; i++) {
                String domain = "d" + i + ".example";
                String policy = "version: STSv1\r\nmode: enforce\r\nmx: mx1." + domain + "\r\nmx: mx2." + domain
                        + "\r\nmx: *.mail." + domain + "\r\nmax_age: 604800\r\n";
                ByteBuffer entry = StsLogFormat.entry(StoredPolicy.of(
                        Zone.name(domain), "20261122T000000", now, policy.getBytes(StandardCharsets.US_ASCII)));
                if (buffer.remaining() < entry.remaining()) {
                    write(out, buffer);
                }
                buffer.put(entry);
            }
            write(out, buffer);
        }
    }

    private static void write(FileChannel out, ByteBuffer buffer) throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
        buffer.clear();
    }

    private static void serve(Path store) throws Exception {
        InstantSource clock = InstantSource.system();
        // every name is there, unsigned, and has neither MX nor TXT records
        Lookup lookup = question -> new Answer.Insecure(question, new Content.NoData(List.of(), TTL), Proof.NONE);
        try (StsLog log = StsLog.open(store, clock)) {
            StsCache policies = new StsCache(
                    lookup,
                    domain -> {
                        throw new IllegalStateException("nothing is to be fetched: " + domain);
                    },
                    log,
                    clock);
            PolicyCounts counts = new PolicyCounts();
            PolicyService service = new PolicyService(
                    new Decider(new Observer(lookup, policies, clock), policies, clock, 25),
                    clock,
                    counts,
                    PolicyService.CacheSize.defaults(),
                    PolicyService.PATIENCE);
            SocketmapServer server = new SocketmapServer(service, counts, SocketmapSession.Times.defaults());
            var listener = new SystemNetwork().listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.serve(listener);
            System.out.println(listener.local().getPort());
            new CountDownLatch(1).await(); // until it is killed
        }
    }

    /** One connection of the load. */
    private static final class Client {
        final SocketChannel channel;
        final ByteBuffer replies = ByteBuffer.allocate(1 << 16);
        int next;
        int answered;
        private int from;

        Client(SocketChannel channel, int first) {
            this.channel = channel;
            this.next = first;
        }

        /** Takes the next reply; its length, or 0 when it is not whole yet: then the rest may be compacted. */
        int next() {
            int length = 0;
            for (int at = from; at < replies.position(); at++) {
                byte letter = replies.get(at);
                if (letter == ':') {
                    if (at + 1 + length >= replies.position()) {
                        break;
                    }
                    from = at + 1 + length + 1;
                    return length;
                }
                length = length * 10 + letter - '0';
            }
            replies.limit(replies.position()).position(from);
            from = 0;
            return 0;
        }

        /** {@code OK secure match=…}, of the reply just taken. */
        boolean isSecure(int length) {
            int start = from - 1 - length;
            return replies.get(start) == 'O' && replies.get(start + 3) == 's' && replies.get(from - 1) == ',';
        }
    }

    private static void load(int port, String map, int connections, double seconds, int domains, int depth)
            throws IOException {
        ByteBuffer[] queries = new ByteBuffer[domains];
        for (int i = 0; i < domains; i++) {
            StringBuilder together = new StringBuilder();
            for (int j = 0; j < depth; j++) {
                String payload = map + " d" + (i + j) % domains + ".example";
                together.append(payload.length()).append(':').append(payload).append(',');
            }
            queries[i] = ByteBuffer.wrap(together.toString().getBytes(StandardCharsets.US_ASCII));
        }
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                SocketChannel channel =
                        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.configureBlocking(false);
                Client client = new Client(channel, i * 7919 % domains);
                channel.register(selector, SelectionKey.OP_READ, client);
                ask(client, queries);
            }
            long start = System.nanoTime();
            long end = start + (long) (seconds * 1e9);
            long answers = 0;
            long wrong = 0;
            while (System.nanoTime() < end) {
                selector.select(100);
                for (SelectionKey key : selector.selectedKeys()) {
                    Client client =
                            (Client) Optional.ofNullable(key.attachment()).orElseThrow();
                    if (client.channel.read(client.replies) < 0) {
                        throw new IOException("the server hangs up");
                    }
                    for (int length = client.next(); length > 0; length = client.next()) {
                        wrong += client.isSecure(length) ? 0 : 1;
                        answers++;
                        client.answered++;
                    }
                    client.replies.compact();
                    if (client.answered == depth) {
                        client.answered = 0;
                        ask(client, queries);
                    }
                }
                selector.selectedKeys().clear();
            }
            double took = (System.nanoTime() - start) / 1e9;
            System.out.printf("%.0f %d %d%n", answers / took, answers, wrong);
        }
    }

    private static void ask(Client client, ByteBuffer[] queries) throws IOException {
        ByteBuffer query = queries[client.next].duplicate();
        client.next = (client.next + 1) % queries.length;
        while (query.hasRemaining()) {
            client.channel.write(query);
        }
    }

    /** Each domain once, many at a time on one connection. */
    private static void ask(int port, String map, int from, int to) throws IOException {
        try (SocketChannel channel =
                SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))) {
            ByteBuffer reply = ByteBuffer.allocate(1 << 16);
            int window = 200;
            long answers = 0;
            for (int i = from; i < to; i += window) {
                StringBuilder queries = new StringBuilder();
                int count = Math.min(window, to - i);
                for (int j = i; j < i + count; j++) {
                    String payload = map + " d" + j + ".example";
                    queries.append(payload.length()).append(':').append(payload).append(',');
                }
                ByteBuffer out = ByteBuffer.wrap(queries.toString().getBytes(StandardCharsets.US_ASCII));
                while (out.hasRemaining()) {
                    channel.write(out);
                }
                for (int commas = 0; commas < count; ) {
                    reply.clear();
                    if (channel.read(reply) < 0) {
                        throw new IOException("the server hangs up");
                    }
                    for (int k = 0; k < reply.position(); k++) {
                        commas += reply.get(k) == ',' ? 1 : 0;
                    }
                }
                answers += count;
            }
            System.out.println(answers);
        }
    }
}
