package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.hikyaku.capture.ip.Segment;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.tls.TlsVersion;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What is decrypted before it is asked for, and that nothing but the time it takes depends on it. */
class PremastersAheadTest {
    private static final BigInteger E = BigInteger.valueOf(65537);
    private static final Endpoint SERVER = new Endpoint(0, 0xffff_c000_0201L, 443);
    private static final Endpoint OTHER_SERVER = new Endpoint(0, 0xffff_c000_0202L, 443);
    private static final byte[] CHANGE_CIPHER_SPEC = {20, 3, 3, 0, 1, 1};

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Path library;
    private final BigInteger p = prime();
    private final BigInteger q = prime();
    private final BigInteger n = p.multiply(q);

    PremastersAheadTest() throws Exception {
        library = NativeLibraries.folderForRsa();
    }

    @BeforeEach
    void say(TestInfo test) {
        System.out.println(test.getDisplayName() + ": seed " + seed);
    }

    @Test
    void keyExchangesAreFoundWhereverTheyStandInASegment() throws Exception {
        PremastersAhead ahead = new PremastersAhead(keys(p, q));
        List<byte[]> numbers = encrypted(6);
        byte[] certificate = message(11, new byte[300]);

        ahead.look(to(SERVER, record(3, withLength(numbers.get(0)))));
        ahead.look(to(SERVER, join(record(3, withLength(numbers.get(1))), CHANGE_CIPHER_SPEC)));
        ahead.look(to(SERVER, join(record(1, certificate), record(1, withLength(numbers.get(2))))));
        ahead.look(to(SERVER, record(2, join(certificate, withLength(numbers.get(3))))));
        ahead.look(to(SERVER, record(0, message(16, numbers.get(4)))));
        ahead.look(to(OTHER_SERVER, record(3, withLength(numbers.get(5)))));
        ahead.decrypt();

        assertThat(numbers).allMatch(ahead::knows);
    }

    @Test
    void nothingElseIsTakenForOne() throws Exception {
        PremastersAhead ahead = new PremastersAhead(keys(p, q));
        List<byte[]> numbers = encrypted(3);
        byte[] good = record(3, withLength(numbers.getFirst()));
        byte[] otherType = record(3, message(12, numbers.getFirst()));
        byte[] otherRecord = good.clone();
        otherRecord[0] = 23;
        byte[] otherVersion = good.clone();
        otherVersion[1] = 2;
        byte[] longer = good.clone();
        longer[6] = 1;
        byte[] tooLarge = bytes(n);
        byte[] shorter = Arrays.copyOf(numbers.getFirst(), 126);

        for (int i = 0; i < 2; i++) {
            for (byte[] data : List.of(
                    new byte[0],
                    otherType,
                    otherRecord,
                    otherVersion,
                    longer,
                    record(3, withLength(tooLarge)),
                    record(3, withLength(shorter)),
                    Arrays.copyOf(good, good.length - 1),
                    Arrays.copyOf(good, 5),
                    Arrays.copyOf(good, 9))) {
                ahead.look(to(SERVER, data));
            }
        }
        ahead.decrypt();

        assertThat(ahead.kept()).isZero();
    }

    @Test
    void sessionsGetWhatTheyWouldGetWithoutIt() throws Exception {
        RsaKeys keys = keys(p, q);
        PremastersAhead ahead = new PremastersAhead(keys);
        List<byte[]> premasters = new ArrayList<>();
        List<byte[]> numbers = new ArrayList<>();
        for (int i = 0; i < 19; i++) {
            premasters.add(random(48));
            numbers.add(encrypted(premasters.getLast()));
        }
        byte[] garbage = bytes(new BigInteger(1000, random));
        byte[] tooShort = encrypted(random(47));
        for (byte[] number : numbers.subList(0, 11)) {
            ahead.look(to(SERVER, record(3, withLength(number))));
        }
        ahead.look(to(SERVER, record(3, withLength(garbage))));
        ahead.look(to(SERVER, record(3, withLength(tooShort))));
        ahead.decrypt();

        assertThat(ahead.kept()).isEqualTo(13);
        assertThat(premaster(keys, ahead, garbage)).isEmpty();
        assertThat(premaster(keys, ahead, tooShort)).isEmpty();
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(premaster(keys, ahead, numbers.get(i)).orElseThrow().value())
                    .isEqualTo(premasters.get(i));
        }
    }

    @Test
    void whatFillsTheLastEightIsAskedFor() throws Exception {
        PremastersAhead ahead = new PremastersAhead(keys(p, q));
        List<byte[]> numbers = encrypted(16);
        List<Integer> full = new ArrayList<>();

        for (int i = 0; i < numbers.size(); i++) {
            ahead.look(to(SERVER, record(3, withLength(numbers.get(i)))));
            if (ahead.full()) {
                full.add(i + 1);
            }
        }
        ahead.look(to(SERVER, record(3, withLength(numbers.getFirst()))));
        assertThat(full).containsExactly(8, 16);
        assertThat(ahead.full()).isFalse();
        ahead.decrypt();

        assertThat(ahead.full()).isTrue();
        ahead.look(to(SERVER, record(3, withLength(numbers.getFirst()))));
        assertThat(ahead.full()).as("one that is known").isTrue();
    }

    /** Eight take as long as two and a half by themselves. */
    @Test
    void fewAreLeftToThoseWhoAsk() throws Exception {
        RsaKeys keys = keys(p, q);
        PremastersAhead ahead = new PremastersAhead(keys);
        List<byte[]> numbers = encrypted(18);

        numbers.subList(0, 2).forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        ahead.decrypt();
        assertThat(ahead.kept()).isZero();
        assertThat(premaster(keys, ahead, numbers.getFirst())).isPresent();

        numbers.forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        ahead.decrypt();
        assertThat(ahead.kept()).as("two eights, and two that have company").isEqualTo(18);
        assertThat(premaster(keys, ahead, numbers.getLast())).isPresent();
    }

    /** A number of Diffie and Hellman's is no longer or shorter; the ServerHello has said which it is. */
    @Test
    void numbersOfAnotherKeyExchangeAreNotTried() throws Exception {
        PremastersAhead ahead = new PremastersAhead(keys(p, q));
        List<byte[]> numbers = encrypted(9);
        byte[] certificates = record(3, message(11, new byte[3000]));
        byte[] dhe = serverHello(0x009e);

        ahead.look(between(SERVER, 1, join(record(3, dhe), certificates), true));
        // One record with the certificates in it, of which the rest is in the next packet.
        byte[] whole = record(3, join(serverHello(0x0033), message(11, new byte[3000])));
        ahead.look(between(SERVER, 2, Arrays.copyOf(whole, 1400), true));
        ahead.look(between(SERVER, 3, record(3, serverHello(0x009c)), true));
        ahead.look(between(SERVER, 4, record(3, serverHello(0xfafa)), true));
        ahead.look(between(SERVER, 5, record(3, Arrays.copyOf(dhe, 60)), true));
        for (int i = 0; i < numbers.size(); i++) {
            ahead.look(between(SERVER, i, record(3, withLength(numbers.get(i))), false));
        }
        ahead.decrypt();
        assertThat(numbers.stream().filter(ahead::knows).map(numbers::indexOf)).containsExactly(0, 3, 4, 5, 6, 7, 8);
        // The next connection of the same client's port.
        ahead.look(between(SERVER, 2, record(3, serverHello(0x002f)), true));
        List<byte[]> more = encrypted(3);
        more.forEach(number -> ahead.look(between(SERVER, 2, record(3, withLength(number)), false)));
        ahead.decrypt();
        assertThat(more).allMatch(ahead::knows);
    }

    /** RFC 5246 section 7.4.1.3, with a session id of 32 bytes. */
    private static byte[] serverHello(int suite) {
        byte[] body = new byte[2 + 32 + 1 + 32 + 2 + 1];
        body[0] = body[1] = 3;
        body[34] = 32;
        body[67] = (byte) (suite >> 8);
        body[68] = (byte) suite;
        return message(2, body);
    }

    private static Segment between(Endpoint server, int client, byte[] payload, boolean answer) {
        Segment segment = to(server, payload);
        segment.sourceLow = 0xffff_c000_0280L;
        segment.sourcePort = 50_000 + client;
        if (answer) {
            segment.destinationLow = segment.sourceLow;
            segment.destinationPort = segment.sourcePort;
            segment.sourceHigh = server.high();
            segment.sourceLow = server.low();
            segment.sourcePort = server.port();
        }
        return segment;
    }

    @Test
    void amongSeveralKeysTheOneThatOpenedASessionOfThisServerIsTaken() throws Exception {
        RsaKeys keys = keys(prime(), prime());
        keys.add(Path.of("right.key"), key(p, q), Optional.empty());
        PremastersAhead ahead = new PremastersAhead(keys);
        List<byte[]> first = encrypted(8);
        List<byte[]> second = encrypted(8);

        first.forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        ahead.decrypt();
        assertThat(ahead.kept()).isZero();
        assertThat(keys.premaster(SERVER, Optional.of(n), TlsVersion.TLSV1_2, first.getFirst(), ahead))
                .isPresent();
        second.forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        second.forEach(number -> ahead.look(to(OTHER_SERVER, record(3, withLength(number)))));
        ahead.decrypt();

        assertThat(second).allMatch(ahead::knows);
    }

    @Test
    void aServerWithAnotherCertificateIsNotTriedAgain() throws Exception {
        RsaKeys keys = keys(p, q);
        PremastersAhead ahead = new PremastersAhead(keys);
        List<byte[]> numbers = encrypted(8);

        assertThat(keys.premaster(SERVER, Optional.of(BigInteger.TEN), TlsVersion.TLSV1_2, numbers.getFirst(), ahead))
                .isEmpty();
        numbers.forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        ahead.decrypt();

        assertThat(ahead.kept()).isZero();
    }

    /** A capture of messages that belong to no session does not cost more than some of them. */
    @Test
    void whoGuessesInVainStops() throws Exception {
        RsaKeys keys = keys(p, q);
        PremastersAhead ahead = new PremastersAhead(keys);
        for (int i = 0; i < 1_500; i++) {
            ahead.look(to(SERVER, record(3, withLength(bytes(new BigInteger(1000, random))))));
        }
        ahead.decrypt();
        assertThat(ahead.kept()).isEqualTo(1_024);
        assertThat(ahead.worthwhile()).isFalse();

        byte[] number = encrypted(random(48));
        for (int i = 0; i < 384; i++) {
            assertThat(ahead.worthwhile()).isFalse();
            assertThat(premaster(keys, ahead, number)).isPresent();
        }
        assertThat(ahead.worthwhile()).isTrue();
    }

    @Test
    void withoutKeysOrLibraryThereIsNothingToDo(@TempDir Path empty) throws Exception {
        assertThat(new PremastersAhead(new RsaKeys()).worthwhile()).isFalse();

        RsaKeys keys = new RsaKeys(List.of(empty));
        keys.add(Path.of("some.key"), key(p, q), Optional.empty());
        PremastersAhead ahead = new PremastersAhead(keys);
        encrypted(8).forEach(number -> ahead.look(to(SERVER, record(3, withLength(number)))));
        ahead.decrypt();
        assertThat(ahead.kept()).isZero();
    }

    private Optional<Secret> premaster(RsaKeys keys, PremastersAhead ahead, byte[] number) {
        return keys.premaster(
                SERVER, Optional.empty(), TlsVersion.TLSV1_2, Arrays.copyOfRange(withLength(number), 4, 134), ahead);
    }

    private static Segment to(Endpoint server, byte[] payload) {
        Segment segment = new Segment();
        segment.destinationHigh = server.high();
        segment.destinationLow = server.low();
        segment.destinationPort = server.port();
        segment.offset = 54; // in a buffer with other packets around
        segment.length = payload.length;
        segment.data = new byte[54 + payload.length + 400];
        Arrays.fill(segment.data, (byte) 22);
        System.arraycopy(payload, 0, segment.data, 54, payload.length);
        return segment;
    }

    /** RFC 5246 section 6.2.1. */
    private static byte[] record(int minor, byte[] content) {
        return join(new byte[] {22, 3, (byte) minor, (byte) (content.length >> 8), (byte) content.length}, content);
    }

    /** RFC 5246 section 7.4. */
    private static byte[] message(int type, byte[] body) {
        return join(new byte[] {(byte) type, 0, (byte) (body.length >> 8), (byte) body.length}, body);
    }

    /** The ClientKeyExchange of TLS. */
    private static byte[] withLength(byte[] number) {
        return message(16, join(new byte[] {(byte) (number.length >> 8), (byte) number.length}, number));
    }

    private static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private List<byte[]> encrypted(int count) {
        List<byte[]> numbers = new ArrayList<>();
        while (numbers.size() < count) {
            numbers.add(encrypted(random(48)));
        }
        return numbers;
    }

    /** RFC 8017 section 7.2.1. */
    private byte[] encrypted(byte[] message) {
        byte[] block = new byte[128];
        Arrays.fill(block, 1, 127 - message.length, (byte) 0x5a);
        block[1] = 2;
        System.arraycopy(message, 0, block, 128 - message.length, message.length);
        return bytes(new BigInteger(1, block).modPow(E, n));
    }

    private static byte[] bytes(BigInteger value) {
        byte[] out = new byte[128];
        byte[] twos = value.toByteArray();
        int take = Math.min(twos.length, out.length);
        System.arraycopy(twos, twos.length - take, out, out.length - take, take);
        return out;
    }

    private byte[] random(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Above the root of 2^1023, so that the product of two has 1,024 bits. */
    private BigInteger prime() {
        while (true) {
            BigInteger prime = BigInteger.probablePrime(512, random);
            if (prime.testBit(510) && !prime.mod(E).equals(BigInteger.ONE)) {
                return prime;
            }
        }
    }

    private RsaKeys keys(BigInteger p, BigInteger q) throws Exception {
        RsaKeys keys = new RsaKeys(List.of(library));
        keys.add(Path.of("some.key"), key(p, q), Optional.empty());
        return keys;
    }

    private static PrivateKey key(BigInteger p, BigInteger q) throws Exception {
        BigInteger one = BigInteger.ONE;
        BigInteger d = E.modInverse(p.subtract(one).multiply(q.subtract(one)));
        return KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        p.multiply(q), E, d, p, q, d.mod(p.subtract(one)), d.mod(q.subtract(one)), q.modInverse(p)));
    }
}
