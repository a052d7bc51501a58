package org.hikyaku.dns;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.hikyaku.dns.SignedZone.Denials;
import org.hikyaku.net.Deadline;
import org.xbill.DNS.ARecord;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.RRSIGRecord;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Resolvers on loopback that mean ill, for tests of whole commands. {@link #zones} answers truly for zones that mean ill
 * themselves:
 *
 * <ul>
 *   <li>{@code loop.hostile.} and {@code pool.hostile.} are aliases of each other, and so are the hosts of the mail domain
 *       {@code circle.hostile.}
 *   <li>{@code iterations.} has NSEC3 records with 2,500 iterations
 *   <li>{@code keytrap.} has 1,000 keys with one key tag, {@code sigtrap.} 60 of them and 500 wrong signatures by that tag
 *       over {@code www.sigtrap.}
 *   <li>{@code mail.hostile.} has an MX on 127.0.0.1 and announces an MTA-STS policy there
 *   <li>{@code cut.hostile.} has an MX with TLSA records whose data ends too soon, {@code stump.hostile.} one whose data
 *       ends within its fixed part
 * </ul>
 */
public final class HostileDns implements AutoCloseable {
    private static final int UDP_PAYLOAD = 1232;
    private static final int TRUNCATED = 0x02;
    private static final Record OTHER = Record.newRecord(Name.fromConstantString("other.invalid."), Type.A, DClass.IN);

    private final FakeServer server;
    private final String trustAnchor;
    private final CountDownLatch end;

    private HostileDns(FakeServer server, String trustAnchor, CountDownLatch end) {
        this.server = server;
        this.trustAnchor = trustAnchor;
        this.end = end;
    }

    /** Takes questions and says nothing. */
    public static HostileDns silent() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        return new HostileDns(FakeServer.udpAndTcp(_ -> List.of(), _ -> until(end)), "", end);
    }

    /**
     * Answers every question over UDP three times, with a lie each: from a wrong port, with a wrong id, to another
     * question; and over TCP with a wrong id.
     */
    public static HostileDns liar() throws IOException {
        return new HostileDns(
                FakeServer.firstFromStranger(
                        query -> List.of(
                                lie(query, query.getQuestion()).toWire(),
                                withOtherId(query),
                                lie(query, OTHER).toWire()),
                        query -> List.of(withOtherId(query))),
                "",
                new CountDownLatch(0));
    }

    private static byte[] withOtherId(Message query) {
        Message message = lie(query, query.getQuestion());
        message.getHeader().setID(query.getHeader().getID() ^ 1);
        return message.toWire();
    }

    /** Keeps the connection open without a word. */
    private static List<byte[]> until(CountDownLatch end) {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return List.of();
    }

    private static Message lie(Message query, Record question) {
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.getHeader().setFlag(Flags.RA);
        response.addRecord(question, Section.QUESTION);
        response.addRecord(
                new ARecord(question.getName(), DClass.IN, 300, new byte[] {(byte) 192, 0, 2, 66}), Section.ANSWER);
        return response;
    }

    /**
     * Serves the zones.
     *
     * @param now signatures are valid around this time
     * @param port part of the names of TLSA records
     */
    public static HostileDns zones(Instant now, int port) throws IOException {
        SignedZone root = zone(".", Denials.NSEC, DNSSEC.Algorithm.ECDSAP256SHA256, now);
        SignedZone hostile = zone("hostile.", Denials.NSEC, DNSSEC.Algorithm.ECDSAP256SHA256, now)
                .add("loop CNAME pool")
                .add("pool CNAME loop")
                .add("circle MX 10 loop")
                .add("mail MX 10 mx.mail")
                .add("mx.mail A 127.0.0.1")
                .add("mta-sts.mail A 127.0.0.1")
                .add("_mta-sts.mail TXT \"v=STSv1; id=1;\"")
                .add("cut MX 10 mx.cut")
                .add("mx.cut A 127.0.0.1")
                .add("_" + port + "._tcp.mx.cut TLSA 3 1 1 ab")
                .add("_" + port + "._tcp.mx.cut TLSA 2 0 2 abcdef")
                .add("stump MX 10 mx.stump")
                .add("mx.stump A 127.0.0.1");
        SignedZone iterations = zone("iterations.", Denials.NSEC3, DNSSEC.Algorithm.ECDSAP256SHA256, now);
        iterations.iterations = 2500;
        SignedZone keytrap =
                zone("keytrap.", Denials.NSEC, DNSSEC.Algorithm.ED25519, now).add("www A 192.0.2.1");
        collide(keytrap, 1000);
        SignedZone sigtrap =
                zone("sigtrap.", Denials.NSEC, DNSSEC.Algorithm.ED25519, now).add("www A 192.0.2.1");
        collide(sigtrap, 60);
        SignedWorld world = new SignedWorld(root, hostile, iterations, keytrap, sigtrap);
        world.tamper("www.sigtrap.", Type.A, HostileDns::withWrongSignatures);

        Name stump = Name.fromConstantString("_" + port + "._tcp.mx.stump.hostile.");
        Function<Message, byte[]> answer =
                query -> query.getQuestion().getName().equals(stump) ? shortRecord(query) : answer(world, query);
        FakeServer server = FakeServer.udpAndTcp(
                query -> List.of(truncated(query, answer.apply(query))), query -> List.of(answer.apply(query)));
        return new HostileDns(
                server,
                world.anchors().of(Name.root).stream().map(Record::toString).collect(Collectors.joining("\n")),
                new CountDownLatch(0));
    }

    public InetSocketAddress address() {
        return server.address();
    }

    /** What to trust the root by, a DS record. */
    public String trustAnchor() {
        return trustAnchor;
    }

    private static SignedZone zone(String apex, Denials denials, int algorithm, Instant now) {
        SignedZone zone = new SignedZone(apex, denials, algorithm);
        zone.inception = now.minus(Duration.ofDays(5));
        zone.expiration = now.plus(Duration.ofDays(5));
        return zone;
    }

    /** Keys with the tag of the zone's: exchanging two of the words that RFC 4034 appendix B adds up leaves the sum. */
    private static void collide(SignedZone zone, int count) {
        byte[] key = zone.zsk.getKey().clone();
        Set<ByteBuffer> seen = new HashSet<>(Set.of(ByteBuffer.wrap(key.clone())));
        Random random = new Random(1);
        while (seen.size() <= count) {
            exchange(key, random.nextInt(key.length / 2), random.nextInt(key.length / 2));
            if (seen.add(ByteBuffer.wrap(key.clone()))) {
                DNSKEYRecord colliding =
                        new DNSKEYRecord(zone.apex, DClass.IN, SignedZone.TTL, 256, 3, zone.algorithm, key.clone());
                if (colliding.getFootprint() != zone.zsk.getFootprint()) {
                    throw new IllegalStateException("the tags do not collide");
                }
                zone.extraKeys.add(colliding);
            }
        }
    }

    private static void exchange(byte[] key, int one, int other) {
        for (int i = 0; i < 2; i++) {
            byte kept = key[2 * one + i];
            key[2 * one + i] = key[2 * other + i];
            key[2 * other + i] = kept;
        }
    }

    private static Message withWrongSignatures(Message message) {
        RRSIGRecord good = (RRSIGRecord) message.getSection(Section.ANSWER).getLast();
        message.removeRecord(good, Section.ANSWER);
        for (int i = 0; i < 500; i++) {
            byte[] bytes = good.getSignature().clone();
            bytes[i % 32] ^= (byte) (1 + i / 32);
            message.addRecord(Tampering.withSignature(good, bytes), Section.ANSWER);
        }
        return message;
    }

    private static byte[] answer(SignedWorld world, Message query) {
        Record asked = query.getQuestion();
        Reply reply = world.ask(new Question(asked.getName(), asked.getType()), Deadline.after(Duration.ofMinutes(1)));
        Message message = switch (reply) {
            case Reply.Received received -> received.message();
            case Reply.Unusable unusable -> FakeServer.response(query, Rcode.SERVFAIL);
        };
        message.getHeader().setID(query.getHeader().getID());
        return message.toWire();
    }

    /** Over UDP a long answer is cut after its question. */
    private static byte[] truncated(Message query, byte[] answer) {
        if (answer.length <= UDP_PAYLOAD) {
            return answer;
        }
        byte[] head = FakeServer.response(query, Rcode.NOERROR).toWire();
        head[2] |= TRUNCATED;
        return head;
    }

    /** A TLSA record of one byte, which no library would make. */
    private static byte[] shortRecord(Message query) {
        byte[] head = FakeServer.response(query, Rcode.NOERROR).toWire();
        head[7] = 1; // ANCOUNT
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.write(head);
            out.writeShort(0xC00C); // the name of the question
            out.writeShort(Type.TLSA);
            out.writeShort(DClass.IN);
            out.writeInt(300);
            out.writeShort(1);
            out.writeByte(3);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        end.countDown();
        server.close();
    }
}
