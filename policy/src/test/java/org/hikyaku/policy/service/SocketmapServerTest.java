package org.hikyaku.policy.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.hikyaku.dns.Lookup;
import org.hikyaku.net.ByteReader;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.net.poll.PollListener;
import org.hikyaku.net.poll.Poller;
import org.hikyaku.policy.MovingClock;
import org.hikyaku.policy.Observed;
import org.hikyaku.policy.Observer;
import org.hikyaku.policy.Zone;
import org.hikyaku.policy.service.PolicyCounts.Event;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.Type;

/** The protocol over a real socket, and what is remembered between two questions. */
class SocketmapServerTest {
    private static final Duration LONG = Duration.ofSeconds(30);

    private final SystemNetwork network = new SystemNetwork();
    private final MovingClock clock = new MovingClock();
    private final PolicyCounts counts = new PolicyCounts();
    private final Zone zone = new Zone()
            .record("dom.example", Type.MX, "10 mx.dom.example.")
            .record("mx.dom.example", Type.A, "192.0.2.1");
    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    @TempDir
    private Path folder;

    private SocketmapServer server;

    Poller poller() throws IOException {
        return Poller.open();
    }

    @BeforeEach
    void make() throws IOException {
        server = new SocketmapServer(service(zone, LONG), counts, SocketmapSession.Times.defaults(), poller());
        open.add(server);
    }

    private PolicyService service(Lookup lookup, Duration patience) {
        PolicyService service = new PolicyService(
                new Decider(new Observer(lookup, d -> Observed.noPolicy(), clock), d -> Observed.noPolicy(), clock, 25),
                clock,
                counts,
                PolicyService.CacheSize.defaults(),
                patience);
        open.add(service);
        return service;
    }

    private InetSocketAddress start() throws IOException {
        PollListener door = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        server.serve(door);
        open.add(server);
        return door.local();
    }

    private final class Client {
        private final Connection connection;
        private final ByteReader in;

        Client(InetSocketAddress address) throws IOException {
            connection = network.dial(address, Deadline.after(LONG));
            in = new ByteReader(connection.input());
            open.add(connection);
        }

        Client send(String bytes) throws IOException {
            connection.output().write(bytes.getBytes(StandardCharsets.UTF_8));
            connection.output().flush();
            return this;
        }

        String ask(String payload) throws IOException {
            return send(payload.getBytes(StandardCharsets.UTF_8).length + ":" + payload + ",")
                    .answer();
        }

        String answer() throws IOException {
            Optional<byte[]> reply = Netstrings.read(in);
            return reply.map(b -> new String(b, StandardCharsets.US_ASCII)).orElse("closed");
        }
    }

    @Test
    void answersInOrderOnOneConnection() throws Exception {
        Client client = new Client(start());
        assertThat(client.ask("QUERY dom.example")).isEqualTo("OK dane");
        assertThat(client.ask("QUERY .example")).isEqualTo("NOTFOUND ");
        assertThat(client.ask("QUERYwithTLSRPT dom.example")).isEqualTo("OK dane");
        client.send("17:QUERY dom.example,11:QUERY .test,17:QUERY dom.example,");
        assertThat(List.of(client.answer(), client.answer(), client.answer()))
                .containsExactly("OK dane", "NOTFOUND ", "OK dane");
    }

    @Test
    void keysWithoutAPolicyAskNobody() throws Exception {
        Client client = new Client(start());
        for (String key : List.of(".example.com", "[192.0.2.1]:25", "192.0.2.1", "/run/lmtp", "a b")) {
            assertThat(client.ask("QUERY " + key)).as(key).isEqualTo("NOTFOUND ");
        }
        client.send("7:QUERY \u00ff,"); // two bytes where one is announced
        assertThat(client.answer()).isEqualTo("closed");
        assertThat(zone.askedInOrder()).isEmpty();
    }

    @Test
    void otherMapsAreAMistakeInTheConfiguration() throws Exception {
        Client client = new Client(start());
        assertThat(client.ask("query dom.example")).startsWith("PERM There is no map of this name");
        assertThat(client.ask("QUERY")).startsWith("PERM ");
        assertThat(client.ask("")).startsWith("PERM ");
        assertThat(client.ask("QUERY dom.example")).isEqualTo("OK dane");
    }

    @Test
    void whoBreaksTheProtocolIsHungUpOn() throws Exception {
        InetSocketAddress address = start();
        assertThat(new Client(address).send("GET / HTTP/1.1\r\n").answer()).isEqualTo("closed");
        assertThat(new Client(address).send("10001:").answer())
                .isEqualTo("TEMP The query has more than the limit of 10000 bytes in a socketmap query.");
        assertThat(counts.of(Event.REFUSED)).isEqualTo(2);
    }

    @Test
    void longestQueryIsTaken() throws Exception {
        String key = "x".repeat(10_000 - "QUERY ".length());
        assertThat(new Client(start()).ask("QUERY " + key)).isEqualTo("NOTFOUND ");
    }

    /** D23: the TTL of this zone's answers is five minutes. */
    @Test
    void answersAreGivenAgainUntilTheirTtlIsOver() throws Exception {
        Client client = new Client(start());
        client.ask("QUERY dom.example");
        int asked = zone.asked.size();
        clock.advance(Duration.ofSeconds(299));
        client.ask("QUERY dom.example");
        assertThat(zone.asked).hasSize(asked);
        clock.advance(Duration.ofSeconds(1));
        client.ask("QUERY dom.example");
        assertThat(zone.asked).hasSizeGreaterThan(asked);
    }

    /** What could not be found out is remembered for ten seconds, and no longer. */
    @Test
    void failuresAreRememberedBriefly() throws Exception {
        zone.bogus("dom.example", Type.MX);
        Client client = new Client(start());
        assertThat(client.ask("QUERY dom.example")).startsWith("TEMP DNSSEC says");
        int asked = zone.asked.size();
        clock.advance(Duration.ofSeconds(9));
        assertThat(client.ask("QUERY dom.example")).startsWith("TEMP ");
        assertThat(zone.asked).hasSize(asked);
        clock.advance(Duration.ofSeconds(1));
        client.ask("QUERY dom.example");
        assertThat(zone.asked).hasSizeGreaterThan(asked);
    }

    /** Many who wait for the same domain cause one look. */
    @Test
    void manyQueriesShareOneLook() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Lookup slow = question -> {
            asked.incrementAndGet();
            await(go);
            return zone.lookup(question);
        };
        server = new SocketmapServer(service(slow, LONG), counts, SocketmapSession.Times.defaults(), poller());
        InetSocketAddress address = start();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                Client client = new Client(address);
                answers.add(threads.submit(() -> client.ask("QUERY dom.example")));
            }
            while (counts.of(Event.SHARED) < 19) {
                LockSupport.parkNanos(1_000_000);
            }
            go.countDown();
            for (Future<String> answer : answers) {
                assertThat(answer.get()).isEqualTo("OK dane");
            }
        }
        assertThat(counts.of(Event.LOOK)).isEqualTo(1);
    }

    /** A look that takes too long goes on, and the next query finds what it came to. */
    @Test
    void lookThatTakesTooLongIsNotLost() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        Lookup slow = question -> {
            await(go);
            return zone.lookup(question);
        };
        server = new SocketmapServer(
                service(slow, Duration.ofMillis(50)), counts, SocketmapSession.Times.defaults(), poller());
        Client client = new Client(start());
        assertThat(client.ask("QUERY dom.example")).startsWith("TIMEOUT ");
        go.countDown();
        while (!client.ask("QUERY dom.example").equals("OK dane")) {
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(counts.of(Event.LOOK)).isEqualTo(1);
    }

    /** Between the glance at what is known and the look somebody else's look may end. */
    @Test
    void whatBecameKnownMeanwhileIsNotLookedForAgain() throws Exception {
        PolicyService service = service(zone, LONG);
        byte[] request = "QUERY dom.example".getBytes(StandardCharsets.US_ASCII);
        byte[] first = service.looked(request);
        assertThat(service.looked(request)).isEqualTo(first);
        assertThat(counts.of(Event.LOOK)).isEqualTo(1);
    }

    /** Requests and replies of any length, cut anywhere, and a client that asks for more than it reads. */
    @Test
    void manyRequestsAtOnceAreAllAnsweredInOrder() throws Exception {
        Client client = new Client(start());
        int many = 40_000;
        Thread writer = Thread.ofVirtual().start(() -> {
            try {
                StringBuilder requests = new StringBuilder();
                for (int i = 0; i < many; i++) {
                    String key = i % 3 == 0 ? "QUERY dom.example" : "QUERY ." + "x".repeat(i % 200);
                    requests.append(key.length()).append(':').append(key).append(',');
                    if (requests.length() > 7_777) {
                        client.send(requests.toString());
                        requests.setLength(0);
                    }
                }
                client.send(requests.toString());
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        for (int i = 0; i < many; i++) {
            assertThat(client.answer()).isEqualTo(i % 3 == 0 ? "OK dane" : "NOTFOUND ");
        }
        writer.join();
    }

    /** One letter at a time. */
    @Test
    void aRequestInPieces() throws Exception {
        Client client = new Client(start());
        for (char letter : "17:QUERY dom.example,".toCharArray()) {
            client.send(String.valueOf(letter));
        }
        assertThat(client.answer()).isEqualTo("OK dane");
    }

    @Test
    void idleConnectionsAreClosed() throws Exception {
        server = new SocketmapServer(
                service(zone, LONG), counts, new SocketmapSession.Times(Duration.ofMillis(50), LONG), poller());
        assertThat(new Client(start()).answer()).isEqualTo("closed");
    }

    /** A request that has begun must come to its end. */
    @Test
    void halfARequestIsNotWaitedForForEver() throws Exception {
        server = new SocketmapServer(
                service(zone, LONG), counts, new SocketmapSession.Times(LONG, Duration.ofMillis(50)), poller());
        assertThat(new Client(start()).send("17:QUERY dom.").answer()).isEqualTo("closed");
    }

    /** A graceful stop: what is being answered is answered, idle connections are closed, new ones are not taken. */
    @Test
    void stopAnswersWhatIsUnderWay() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Lookup slow = question -> {
            asked.countDown();
            await(go);
            return zone.lookup(question);
        };
        server = new SocketmapServer(service(slow, LONG), counts, SocketmapSession.Times.defaults(), poller());
        InetSocketAddress address = start();
        Client idle = new Client(address);
        idle.ask("QUERY .example");
        Client busy = new Client(address);
        busy.send("17:QUERY dom.example,");
        await(asked);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<Boolean> stopped = threads.submit(() -> server.stop(LONG));
            assertThat(idle.answer()).isEqualTo("closed");
            go.countDown();
            assertThat(busy.answer()).isEqualTo("OK dane");
            assertThat(stopped.get()).isTrue();
        }
    }

    /** A client that ends its side once it has asked gets all its answers, also those that need a look. */
    @Test
    void whoEndsItsSideGetsItsAnswers() throws Exception {
        try (SocketChannel client = SocketChannel.open(start())) {
            client.write(ByteBuffer.wrap("17:QUERY dom.example,14:QUERY .example,17:QUERY dom.example,"
                    .getBytes(StandardCharsets.US_ASCII)));
            client.shutdownOutput();
            assertThat(new String(client.socket().getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .isEqualTo("7:OK dane,9:NOTFOUND ,7:OK dane,");
        }
    }

    /** Who asks and never reads is not waited for, nor is what it asks kept without end. */
    @Test
    void whoDoesNotTakeItsAnswersIsHungUpOn() throws Exception {
        server = new SocketmapServer(
                service(zone, LONG), counts, new SocketmapSession.Times(LONG, Duration.ofMillis(50)), poller());
        Client client = new Client(start());
        assertThat(client.ask("QUERY dom.example")).isEqualTo("OK dane");
        String many = "14:QUERY .example,".repeat(1_000);
        assertThatThrownBy(() -> {
                    while (true) {
                        client.send(many);
                    }
                })
                .isInstanceOf(IOException.class);
    }

    /** Further ones wait until one has gone. */
    @Test
    void moreConnectionsThanAllowedWait() throws Exception {
        server = new SocketmapServer(
                service(zone, LONG),
                counts,
                SocketmapSession.Times.defaults(),
                poller(),
                new Limit("connections in this test", 2));
        InetSocketAddress address = start();
        Client first = new Client(address);
        Client second = new Client(address);
        assertThat(first.ask("QUERY .example")).isEqualTo("NOTFOUND ");
        assertThat(second.ask("QUERY .example")).isEqualTo("NOTFOUND ");
        Client third = new Client(address).send("14:QUERY .example,");
        assertThat(first.ask("QUERY .example")).isEqualTo("NOTFOUND ");
        assertThat(counts.of(Event.CONNECTION)).isEqualTo(2);
        second.connection.close();
        assertThat(third.answer()).isEqualTo("NOTFOUND ");
    }

    @Test
    void answersOverAUnixSocket() throws Exception {
        Path path = folder.resolve("policy");
        server.serve(server.listen(path, "rw-------"));
        try (SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            client.connect(UnixDomainSocketAddress.of(path));
            client.write(ByteBuffer.wrap("17:QUERY dom.example,".getBytes(StandardCharsets.US_ASCII)));
            client.shutdownOutput();
            ByteBuffer reply = ByteBuffer.allocate(100);
            while (client.read(reply) >= 0) {
                // until it hangs up
            }
            assertThat(new String(reply.array(), 0, reply.position(), StandardCharsets.US_ASCII))
                    .isEqualTo("7:OK dane,");
        }
        server.close();
        assertThat(path).doesNotExist();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
