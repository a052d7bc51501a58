package org.hikyaku.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Limit;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Test;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

class StubResolverTest {
    private static final Name NAME = Name.fromConstantString("www.example.");
    private static final Question QUESTION = new Question(NAME, Type.A);

    private final Limit inFlight = new Limit("DNS questions in flight at once", 1_000);
    private final Limit connections = new Limit("TCP connections to resolvers at once", 4);

    /** Waits long: for tests in which the right answer comes. */
    private final StubOptions patient = new StubOptions(1232, Duration.ofSeconds(20), 3, inFlight, connections);

    /** Gives up soon: for tests in which it does not. */
    private final StubOptions hasty = new StubOptions(1232, Duration.ofMillis(30), 2, inFlight, connections);

    private static Record address(Name owner, int last) {
        return new ARecord(owner, DClass.IN, 300, InetAddress.ofLiteral("192.0.2." + last));
    }

    private static byte[] good(Message query) {
        return FakeServer.response(query, Rcode.NOERROR, address(NAME, 1)).toWire();
    }

    private Reply ask(StubOptions options, InetSocketAddress... servers) throws IOException {
        try (StubResolver resolver = new StubResolver(List.of(servers), options)) {
            return resolver.ask(QUESTION, Deadline.after(Duration.ofSeconds(60)));
        }
    }

    private static void assertAddress(Reply reply, String expected) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Received.class,
                        received -> assertThat(received.message().getSection(Section.ANSWER))
                                .singleElement()
                                .isInstanceOfSatisfying(
                                        ARecord.class,
                                        a -> assertThat(a.getAddress().getHostAddress())
                                                .isEqualTo(expected)));
    }

    private static void assertFailure(Reply reply, Failure.Kind kind, String... words) {
        assertThat(reply).isInstanceOfSatisfying(Reply.Unusable.class, unusable -> {
            assertThat(unusable.failure().kind()).isEqualTo(kind);
            assertThat(unusable.failure().sentence()).contains(words);
        });
    }

    @Test
    void asksWithDoCdAndRdAndASmallPayload() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> List.of(good(q)))) {
            assertAddress(ask(patient, server.address()), "192.0.2.1");
            Message query = server.asked().getFirst().query();
            assertThat(query.getHeader().getFlag(Flags.RD)).isTrue();
            assertThat(query.getHeader().getFlag(Flags.CD)).isTrue();
            assertThat(query.getHeader().getFlag(Flags.QR)).isFalse();
            OPTRecord opt = query.getOPT();
            assertThat(opt).isNotNull();
            assertThat(opt.getFlags() & ExtendedFlags.DO).isNotZero();
            assertThat(opt.getPayloadSize()).isEqualTo(1232);
            assertThat(query.getQuestion()).isEqualTo(Record.newRecord(NAME, Type.A, DClass.IN));
        }
    }

    @Test
    void answersThatAreNotToThisQuestionAreIgnoredAndWaitedPast() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> {
            Message wrongId = FakeServer.response(q, Rcode.NOERROR, address(NAME, 66));
            wrongId.getHeader().setID(q.getHeader().getID() ^ 0x1000); // same place in the table of pending ids
            Message otherId = FakeServer.response(q, Rcode.NOERROR, address(NAME, 66));
            otherId.getHeader().setID(q.getHeader().getID() ^ 1);
            Message otherName = new Message(q.getHeader().getID());
            otherName.getHeader().setFlag(Flags.QR);
            otherName.addRecord(
                    Record.newRecord(Name.fromConstantString("wwx.example."), Type.A, DClass.IN), Section.QUESTION);
            otherName.addRecord(address(NAME, 66), Section.ANSWER);
            Message otherType = new Message(q.getHeader().getID());
            otherType.getHeader().setFlag(Flags.QR);
            otherType.addRecord(Record.newRecord(NAME, Type.MX, DClass.IN), Section.QUESTION);
            Message notAResponse = FakeServer.response(q, Rcode.NOERROR, address(NAME, 66));
            notAResponse.getHeader().unsetFlag(Flags.QR);
            Message noQuestion = new Message(q.getHeader().getID());
            noQuestion.getHeader().setFlag(Flags.QR);
            return List.of(
                    wrongId.toWire(),
                    otherId.toWire(),
                    otherName.toWire(),
                    otherType.toWire(),
                    notAResponse.toWire(),
                    noQuestion.toWire(),
                    new byte[0],
                    Arrays.copyOf(good(q), 11),
                    Arrays.copyOf(good(q), 20),
                    good(q));
        })) {
            assertAddress(ask(patient, server.address()), "192.0.2.1");
            assertThat(server.asked()).hasSize(1);
        }
    }

    @Test
    void anAnswerFromAnotherPortIsIgnored() throws Exception {
        try (FakeServer server = FakeServer.firstFromStranger(q ->
                List.of(FakeServer.response(q, Rcode.NOERROR, address(NAME, 66)).toWire(), good(q)))) {
            assertAddress(ask(patient, server.address()), "192.0.2.1");
        }
    }

    @Test
    void lettersOfTheQuestionMayComeBackInAnotherCase() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> {
            byte[] answer = good(q);
            answer[13] = 'W';
            return List.of(answer);
        })) {
            assertAddress(ask(patient, server.address()), "192.0.2.1");
        }
    }

    @Test
    void aLostQuestionIsAskedAgainAndALateAnswerToTheFirstTryCounts() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        BlockingQueue<byte[]> firstAnswer = new LinkedBlockingQueue<>();
        try (FakeServer server = FakeServer.udp(q -> {
            if (asked.getAndIncrement() == 0) {
                firstAnswer.add(good(q));
                return List.of();
            }
            return List.of(firstAnswer.element());
        })) {
            StubOptions options = new StubOptions(1232, Duration.ofMillis(50), 8, inFlight, connections);
            assertAddress(ask(options, server.address()), "192.0.2.1");
            assertThat(server.asked()).hasSizeGreaterThan(1);
        }
    }

    @Test
    void aTruncatedAnswerIsFetchedOverTcp() throws Exception {
        try (FakeServer server = FakeServer.udpAndTcp(
                q -> {
                    Message cut = FakeServer.response(q, Rcode.NOERROR);
                    cut.getHeader().setFlag(Flags.TC);
                    return List.of(cut.toWire());
                },
                q -> List.of(good(q)))) {
            assertAddress(ask(patient, server.address()), "192.0.2.1");
        }
    }

    @Test
    void tcpIsTheLastTryWhenUdpIsBlocked() throws Exception {
        try (FakeServer server = FakeServer.udpAndTcp(q -> List.of(), q -> List.of(good(q)))) {
            assertAddress(ask(hasty, server.address()), "192.0.2.1");
            assertThat(server.asked()).hasSize(2);
        }
    }

    @Test
    void aWrongIdOverTcpIsMalformed() throws Exception {
        try (FakeServer server = FakeServer.udpAndTcp(q -> List.of(), q -> {
            Message wrong = FakeServer.response(q, Rcode.NOERROR, address(NAME, 66));
            wrong.getHeader().setID(q.getHeader().getID() ^ 1);
            return List.of(wrong.toWire());
        })) {
            assertFailure(
                    ask(hasty, server.address()),
                    Failure.Kind.MALFORMED,
                    "127.0.0.1:" + server.address().getPort(),
                    "does not repeat our question");
        }
    }

    @Test
    void aSilentServerIsATimeoutThatNamesIt() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> List.of())) {
            // The fake closes the TCP connection without an answer.
            assertFailure(
                    ask(hasty, server.address()),
                    Failure.Kind.UNREACHABLE,
                    "www.example. A",
                    "127.0.0.1:" + server.address().getPort());
        }
    }

    @Test
    void servfailMovesOnToTheNextServer() throws Exception {
        try (FakeServer broken = FakeServer.udp(
                        q -> List.of(FakeServer.response(q, Rcode.SERVFAIL).toWire()));
                FakeServer sound = FakeServer.udp(q -> List.of(good(q)))) {
            assertAddress(ask(patient, broken.address(), sound.address()), "192.0.2.1");
            assertThat(broken.asked()).hasSize(1);
        }
    }

    @Test
    void servfailNamesTheServerAndItsExtendedError() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> {
            Message failed = FakeServer.response(q, Rcode.SERVFAIL);
            failed.addRecord(
                    new OPTRecord(
                            1232,
                            0,
                            0,
                            0,
                            List.of(new ExtendedErrorCodeOption(22, "at delegation \u001b[31mexample."))),
                    Section.ADDITIONAL);
            return List.of(failed.toWire());
        })) {
            Reply reply = ask(patient, server.address());
            assertFailure(
                    reply,
                    Failure.Kind.SERVFAIL,
                    "the resolver at 127.0.0.1:" + server.address().getPort() + " answered SERVFAIL",
                    "EDE 22",
                    "at delegation ?[31mexample.");
        }
    }

    @Test
    void refusedIsAFailure() throws Exception {
        try (FakeServer server = FakeServer.udp(
                q -> List.of(FakeServer.response(q, Rcode.REFUSED).toWire()))) {
            assertFailure(ask(patient, server.address()), Failure.Kind.REFUSED, "answered REFUSED");
        }
    }

    @Test
    void aServerWithoutEdnsCannotServeDnssec() throws Exception {
        try (FakeServer headerOnly = FakeServer.udp(q -> {
                    byte[] answer =
                            Arrays.copyOf(FakeServer.response(q, Rcode.FORMERR).toWire(), 12);
                    answer[5] = 0; // no question
                    return List.of(answer);
                });
                FakeServer notImplemented = FakeServer.udp(
                        q -> List.of(FakeServer.response(q, Rcode.NOTIMP).toWire()))) {
            assertFailure(
                    ask(patient, headerOnly.address()), Failure.Kind.DNSSEC_STRIPPED, "FORMERR", "does not know EDNS");
            assertFailure(
                    ask(patient, notImplemented.address()),
                    Failure.Kind.DNSSEC_STRIPPED,
                    "NOTIMP",
                    "does not know EDNS");
        }
    }

    @Test
    void nxdomainIsAnAnswer() throws Exception {
        try (FakeServer server = FakeServer.udp(
                q -> List.of(FakeServer.response(q, Rcode.NXDOMAIN).toWire()))) {
            assertThat(ask(patient, server.address())).isInstanceOf(Reply.Received.class);
        }
    }

    @Test
    void bytesThatAreNoMessageAreMalformed() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> {
            byte[] answer = good(q);
            answer[7] = 9; // nine answers announced, one sent
            return List.of(answer);
        })) {
            assertFailure(ask(patient, server.address()), Failure.Kind.MALFORMED, "no DNS message");
        }
    }

    @Test
    void aClosedPortIsToldAtOnce() throws Exception {
        InetSocketAddress nobody = TestPorts.takeForDnsOnLoopback();
        assertFailure(
                ask(patient, nobody),
                Failure.Kind.UNREACHABLE,
                "nothing listens at 127.0.0.1:" + nobody.getPort() + ", neither on UDP nor on TCP");
    }

    @Test
    void aDeadFirstServerIsPassedOverNextTime() throws Exception {
        StubOptions seconds = new StubOptions(1232, Duration.ofSeconds(2), 3, inFlight, connections);
        try (FakeServer silent = FakeServer.udp(q -> List.of());
                FakeServer sound = FakeServer.udp(q -> List.of(good(q)));
                StubResolver resolver = new StubResolver(List.of(silent.address(), sound.address()), seconds)) {
            for (int i = 0; i < 5; i++) {
                assertAddress(resolver.ask(QUESTION, Deadline.after(Duration.ofSeconds(60))), "192.0.2.1");
            }
            assertThat(silent.asked()).hasSize(1);
            assertThat(sound.asked()).hasSize(5);
        }
    }

    @Test
    void idsAndPortsAreSpread() throws Exception {
        try (FakeServer server = FakeServer.udp(q -> List.of(good(q)));
                StubResolver resolver = new StubResolver(List.of(server.address()), patient)) {
            for (int i = 0; i < 400; i++) {
                resolver.ask(QUESTION, Deadline.after(Duration.ofSeconds(60)));
            }
            Set<Integer> ids = new HashSet<>();
            Set<Integer> ports = new HashSet<>();
            server.asked().forEach(a -> {
                ids.add(a.query().getHeader().getID());
                ports.add(a.sourcePort());
            });
            // 400 of 65,536: fewer than 380 distinct ones by chance is beyond imagination.
            assertThat(ids).hasSizeGreaterThan(380);
            assertThat(ports).hasSize(UdpSockets.PER_SERVER);
        }
    }

    @Test
    void thousandsAtOnceGetEachTheirOwnAnswer() throws Exception {
        int questions = 20_000;
        // As many under way as the system's buffer for one socket holds: nothing is lost, however slow the machine.
        StubOptions options = new StubOptions(
                1232, Duration.ofSeconds(20), 3, new Limit("DNS questions in flight at once", 200), connections);
        try (FakeServer server = FakeServer.udp(q -> List.of(FakeServer.response(
                                q, Rcode.NOERROR, address(q.getQuestion().getName(), 7))
                        .toWire()));
                StubResolver resolver = new StubResolver(List.of(server.address()), options)) {
            ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();
            try (ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < questions; i++) {
                    Name name = Name.fromString("n" + i + ".example.");
                    pool.execute(() -> {
                        Reply reply = resolver.ask(new Question(name, Type.A), Deadline.after(Duration.ofSeconds(60)));
                        boolean right = reply instanceof Reply.Received(Message message)
                                && message.getSection(Section.ANSWER)
                                        .getFirst()
                                        .getName()
                                        .equals(name);
                        if (!right) {
                            wrong.add(name + ": " + reply);
                        }
                    });
                }
            }
            assertThat(wrong).isEmpty();
        }
    }

    @Test
    void anInterruptedThreadComesBackAndStaysInterrupted() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeServer server = FakeServer.udp(q -> {
                    asked.countDown();
                    return List.of();
                });
                StubResolver resolver = new StubResolver(List.of(server.address()), patient)) {
            BlockingQueue<Object> seen = new LinkedBlockingQueue<>();
            Thread asking = Thread.ofVirtual().start(() -> {
                seen.add(resolver.ask(QUESTION, Deadline.after(Duration.ofSeconds(60))));
                seen.add(Thread.currentThread().isInterrupted());
            });
            asked.await();
            asking.interrupt();
            assertFailure((Reply) seen.take(), Failure.Kind.TIMEOUT, "interrupted");
            assertThat(seen.take()).isEqualTo(true);
        }
    }

    @Test
    void closingEndsTheWait() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        try (FakeServer server = FakeServer.udp(q -> {
            asked.countDown();
            return List.of();
        })) {
            StubResolver resolver = new StubResolver(List.of(server.address()), patient);
            BlockingQueue<Reply> seen = new LinkedBlockingQueue<>();
            Thread.ofVirtual().start(() -> seen.add(resolver.ask(QUESTION, Deadline.after(Duration.ofSeconds(60)))));
            asked.await();
            resolver.close();
            assertFailure(seen.take(), Failure.Kind.UNREACHABLE, QUESTION.toString());
        }
    }
}
