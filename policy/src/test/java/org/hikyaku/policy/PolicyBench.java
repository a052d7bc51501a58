package org.hikyaku.policy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.hikyaku.dns.Answer;
import org.hikyaku.dns.Content;
import org.hikyaku.dns.Lookup;
import org.hikyaku.dns.Proof;
import org.hikyaku.net.poll.PollListener;
import org.hikyaku.net.poll.Poller;
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
            case "serve" -> serve(Path.of(args[1]), Path.of(args[2]));
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

    private static void serve(Path store, Path socket) throws Exception {
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
            SocketmapServer server =
                    new SocketmapServer(service, counts, SocketmapSession.Times.defaults(), Poller.open());
            PollListener door = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            server.serve(door);
            server.serve(server.listen(socket, "rw-------"));
            System.out.println(door.local().getPort());
            new CountDownLatch(1).await(); // until it is killed
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
