package org.hikyaku.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.hikyaku.dns.Question;
import org.hikyaku.dns.Reply;
import org.hikyaku.dns.Resolver;
import org.hikyaku.lab.Lab;
import org.hikyaku.lab.LabOptions;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;
import org.hikyaku.net.SystemNetwork;
import org.hikyaku.policy.Demand;
import org.hikyaku.relay.config.RelayConfigReader;
import org.hikyaku.relay.queue.Draft;
import org.hikyaku.relay.queue.MailQueue;
import org.hikyaku.relay.queue.QueuedEnvelope;
import org.hikyaku.relay.service.LineWriter;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.Envelope;
import org.hikyaku.smtp.Mailbox;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.MXRecord;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * 500 domains with 20,000 mails (fewer in the short run), all behind one host that swallows packets; and one mail to a domain that lives. It is delivered
 * before a single one of the others has been given up.
 */
@Timeout(120)
class FairnessTest {
    private static final int DOMAINS = 500;
    /** More than five for each domain: by domain alone they would take all places. */
    private static final int SHORT = 3_000;

    private static final int LONG = 20_000;
    private static final InetAddress HOLE = InetAddress.ofLiteral("192.0.2.9");

    @TempDir
    Path folder;

    private final BlockingQueue<String> log = new LinkedBlockingQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);

    @ParameterizedTest
    @ValueSource(strings = {"smart host", "MX host"})
    void aHostThatIsDeadWithManyDomainsBehindItHoldsUpNobodyElse(String kind) throws Exception {
        run(kind, SHORT);
    }

    @ParameterizedTest
    @Tag("long")
    @ValueSource(strings = {"smart host", "MX host"})
    void norDoTwentyThousandMails(String kind) throws Exception {
        run(kind, LONG);
    }

    private void run(String kind, int mails) throws Exception {
        boolean smartHost = kind.equals("smart host");
        Path file = Files.writeString(folder.resolve("relay.yaml"), """
                hostname: mx.own.test
                domains: [own.test]
                data-directory: data
                allow-root: true
                listen: {smtp: ["127.0.0.1:0"]}
                queue: {keep-free: 1 MiB}
                """ + (smartHost ? """
                deliver:
                  destinations:
                    - domains: [.hole.test]
                      route: "[192.0.2.9]:25"
                """ : ""));
        try (Lab lab = Lab.start(LabOptions.defaults());
                LineWriter lines = new LineWriter(new ByteArrayOutputStream() {
                    @Override
                    public synchronized void flush() {
                        toString(StandardCharsets.UTF_8).lines().forEach(log::add);
                        reset();
                    }
                });
                Relay relay = Relay.start(
                        RelayConfigReader.read(file).config(),
                        new Surroundings(
                                new SystemNetwork(),
                                holed(lab.network()),
                                holed(lab.resolver()),
                                lab.dnsAnchors(),
                                lab.caAnchors(),
                                InstantSource.system(),
                                new SecureRandom(),
                                Map.of()),
                        lines,
                        Optional.empty())) {
            fill(relay.queue(), mails);
            put(relay.queue(), "x@dane-ee.example");

            String first = log.poll(60, TimeUnit.SECONDS);

            assertThat(first).contains("to=<x@dane-ee.example> outcome=delivered");
            assertThat(relay.queue().figures().mails()).isGreaterThanOrEqualTo(mails);
            over.countDown();
        }
    }

    private static void fill(MailQueue queue, int mails) throws Exception {
        try (ExecutorService writers =
                Executors.newFixedThreadPool(64, Thread.ofVirtual().factory())) {
            List<Future<?>> written = IntStream.range(0, mails)
                    .<Future<?>>mapToObj(i -> writers.submit(() -> {
                        put(queue, "x@d" + i % DOMAINS + ".hole.test");
                        return true;
                    }))
                    .toList();
            for (Future<?> each : written) {
                each.get();
            }
        }
    }

    private static void put(MailQueue queue, String recipient) throws IOException {
        try (Draft draft = queue.open()) {
            draft.content().write("Subject: test\r\n\r\nbody\r\n".getBytes(StandardCharsets.US_ASCII));
            draft.commit(new QueuedEnvelope(
                    Envelope.of(Mailbox.parse("a@own.test"), Mailbox.parse(recipient)),
                    Body.SEVEN_BIT,
                    false,
                    Demand.ORDINARY,
                    Instant.now(),
                    Optional.empty(),
                    "test"));
        }
    }

    /** What is sent to the dead host gets lost: a connection neither comes about nor is it refused. */
    private Network holed(Network network) {
        return new Network() {
            @Override
            public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
                if (!remote.getAddress().equals(HOLE)) {
                    return network.dial(remote, deadline);
                }
                try {
                    var _ = over.await(deadline.remaining().toMillis(), TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                throw new SocketTimeoutException("no answer from " + remote);
            }

            @Override
            public Listener listen(InetSocketAddress local) throws IOException {
                return network.listen(local);
            }
        };
    }

    /** All names below hole.test, which is not signed, have the dead host as their MX. */
    private static Resolver holed(Resolver resolver) {
        Name hole = Name.fromConstantString("hole.test.");
        return (question, deadline) -> question.name().subdomain(hole) && question.type() != Type.DS
                ? answer(question, hole)
                : resolver.ask(question, deadline);
    }

    private static Reply answer(Question question, Name hole) {
        Message message = Message.newQuery(Record.newRecord(question.name(), question.type(), DClass.IN));
        message.getHeader().setFlag(Flags.QR);
        message.getHeader().setFlag(Flags.RA);
        Name host = Name.fromConstantString("mx.hole.test.");
        if (question.type() == Type.MX) {
            message.addRecord(new MXRecord(question.name(), DClass.IN, 300, 10, host), Section.ANSWER);
        } else if (question.type() == Type.A && question.name().equals(host)) {
            message.addRecord(new ARecord(host, DClass.IN, 300, HOLE), Section.ANSWER);
        } else {
            message.addRecord(new SOARecord(hole, DClass.IN, 300, host, host, 1, 1, 1, 1, 1), Section.AUTHORITY);
        }
        return new Reply.Received(message);
    }
}
