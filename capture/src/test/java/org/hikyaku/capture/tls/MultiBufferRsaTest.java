package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Eight at a time, held against what Java computes with whole numbers and what the JDK decrypts. */
class MultiBufferRsaTest {
    private static final BigInteger E = BigInteger.valueOf(65537);

    private final long seed = new Random().nextLong();
    private final Random random = new Random(seed);
    private final Path library;

    MultiBufferRsaTest() throws Exception {
        library = NativeLibraries.folderForRsa();
    }

    @BeforeEach
    void say(TestInfo test) {
        System.out.println(test.getDisplayName() + ": seed " + seed);
    }

    /** Ten, twenty and thirty digits; primes at the limit of a size; primes of different size, the first or the second smaller. */
    @ParameterizedTest
    @CsvSource({"256, 256", "516, 516", "517, 517", "300, 420", "420, 300", "1024, 1024", "1023, 1036", "1040, 600"})
    void numbersAreAsWholeNumbersSay(int bitsOfP, int bitsOfQ) throws Exception {
        sameAsWholeNumbers(key(prime(bitsOfP), prime(bitsOfQ)), 21);
    }

    /** Primes that others have found, of 1,536 and of 2,048 bits: forty digits. */
    @Test
    void largeKeysAreTakenAsWell() throws Exception {
        BigInteger first = DHStandardGroups.rfc3526_2048.getP();
        BigInteger second = DHStandardGroups.rfc7919_ffdhe2048.getP();
        BigInteger smaller = DHStandardGroups.rfc3526_1536.getP();

        sameAsWholeNumbers(key(first, second), 12);
        sameAsWholeNumbers(key(smaller, prime(1500)), 12);
    }

    /** @param count of numbers: whole eights, and a rest that leaves lanes empty */
    private void sameAsWholeNumbers(RSAPrivateCrtKey key, int count) {
        MultiBufferRsa eight = MultiBufferRsa.of(key, List.of(library)).orElseThrow();
        BigInteger n = key.getModulus();
        BigInteger p = key.getPrimeP();
        BigInteger q = key.getPrimeQ();
        List<BigInteger> numbers = new ArrayList<>(List.of(
                BigInteger.ZERO,
                BigInteger.ONE,
                n.subtract(BigInteger.ONE),
                p,
                q,
                n.subtract(p),
                n.subtract(q),
                p.multiply(q.shiftRight(1)),
                q.subtract(BigInteger.ONE),
                p.add(BigInteger.ONE)));
        while (numbers.size() < count) {
            numbers.add(new BigInteger(n.bitLength() + 8, random).mod(n));
        }
        for (int from = 0; from < numbers.size(); from += MultiBufferRsa.LANES) {
            List<BigInteger> some = numbers.subList(from, Math.min(numbers.size(), from + MultiBufferRsa.LANES));

            List<byte[]> powers = eight.raw(some.stream().map(c -> bytes(c, n)).toList());

            assertThat(powers.stream().map(m -> new BigInteger(1, m)))
                    .isEqualTo(some.stream()
                            .map(c -> c.modPow(key.getPrivateExponent(), n))
                            .toList());
        }
    }

    @Test
    void whatTheJdkEncryptedIsDecryptedAndWhatItRefusesIsNot() throws Exception {
        RSAPrivateCrtKey key = key(prime(512), prime(512));
        MultiBufferRsa eight = MultiBufferRsa.of(key, List.of(library)).orElseThrow();
        BigInteger n = key.getModulus();
        Cipher encryption = cipher();
        encryption.init(Cipher.ENCRYPT_MODE, KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(n, E)));
        List<byte[]> encrypted = new ArrayList<>();
        for (int length : new int[] {0, 1, 47, 48, 48, 49, 117}) {
            encrypted.add(encryption.doFinal(bytes(length)));
        }
        for (String start : List.of("0001", "0002000000000000", "0102", "0000", "0002")) {
            BigInteger block = new BigInteger(start, 16).shiftLeft(n.bitLength() - 4 * start.length());
            encrypted.add(bytes(block.add(new BigInteger(400, random)).mod(n).modPow(E, n), n));
        }
        for (int i = 0; i < 12; i++) {
            encrypted.add(bytes(new BigInteger(n.bitLength() + 8, random).mod(n), n));
        }

        List<Optional<byte[]>> decrypted = new ArrayList<>();
        for (int from = 0; from < encrypted.size(); from += MultiBufferRsa.LANES) {
            decrypted.addAll(eight.decrypt(encrypted.subList(from, from + MultiBufferRsa.LANES)));
        }

        for (int i = 0; i < encrypted.size(); i++) {
            assertThat(hex(decrypted.get(i))).as("number %d", i).isEqualTo(hex(byJdk(key, encrypted.get(i))));
        }
        assertThat(decrypted.stream().filter(Optional::isPresent).count()).isGreaterThanOrEqualTo(7);
    }

    @Test
    void severalThreadsShareAKey() throws Exception {
        RSAPrivateCrtKey key = key(prime(512), prime(512));
        MultiBufferRsa eight = MultiBufferRsa.of(key, List.of(library)).orElseThrow();
        BigInteger n = key.getModulus();
        List<BigInteger> numbers = IntStream.range(0, 40)
                .mapToObj(_ -> new BigInteger(1000, random))
                .toList();

        List<BigInteger> powers = numbers.parallelStream()
                .map(m -> new BigInteger(
                        1, eight.raw(List.of(bytes(m.modPow(E, n), n))).getFirst()))
                .toList();

        assertThat(powers).isEqualTo(numbers);
    }

    @Test
    void onlyNumbersBelowTheModulusWithAllTheirBytesAreTaken() throws Exception {
        RSAPrivateCrtKey key = key(prime(256), prime(256));
        MultiBufferRsa eight = MultiBufferRsa.of(key, List.of(library)).orElseThrow();
        BigInteger n = key.getModulus();

        assertThat(eight.takes(new byte[64])).isTrue();
        assertThat(eight.takes(bytes(n.subtract(BigInteger.ONE), n))).isTrue();
        assertThat(eight.takes(bytes(n, n))).isFalse();
        assertThat(eight.takes(bytes(n.add(BigInteger.ONE), n))).isFalse();
        assertThat(eight.takes(new byte[63])).isFalse();
        assertThat(eight.takes(new byte[65])).isFalse();
        assertThat(eight.takes(new byte[0])).isFalse();
    }

    /** Everything that rests on the factors being two primes would be wrong. */
    @Test
    void aKeyWhoseNumbersDoNotBelongTogetherIsNotTaken() throws Exception {
        BigInteger p = prime(512);
        BigInteger q = prime(512);
        RSAPrivateCrtKey key = key(p, q);
        BigInteger notPrime = prime(200).multiply(prime(312));

        assertThat(Stream.of(
                                key(notPrime, q),
                                key(p, notPrime),
                                changed(
                                        key,
                                        p,
                                        q,
                                        key.getPrimeExponentP().subtract(BigInteger.TWO),
                                        key.getCrtCoefficient()),
                                changed(key, p, q, rightForSquares(key), key.getCrtCoefficient()),
                                changed(key, p, q, BigInteger.ZERO, key.getCrtCoefficient()),
                                changed(key, p, q, key.getPrimeExponentP(), BigInteger.ONE),
                                changed(key, q, p, key.getPrimeExponentP(), key.getCrtCoefficient()),
                                changed(
                                        key,
                                        p,
                                        q.add(BigInteger.TWO),
                                        key.getPrimeExponentP(),
                                        key.getCrtCoefficient()))
                        .map(bad -> MultiBufferRsa.of(bad, List.of(library))))
                .allMatch(Optional::isEmpty);
    }

    /** Half a turn more, or less: only what is no square modulo p comes out wrong. */
    private static BigInteger rightForSquares(RSAPrivateCrtKey key) {
        BigInteger turn = key.getPrimeP().subtract(BigInteger.ONE);
        return key.getPrimeExponentP().add(turn.shiftRight(1)).mod(turn);
    }

    @Test
    void aKeyWithoutItsPrimesOrTooLargeIsLeftToOthers() throws Exception {
        KeyFactory keys = KeyFactory.getInstance("RSA");
        RSAPrivateCrtKey key = key(prime(256), prime(256));
        var bare = keys.generatePrivate(new RSAPrivateKeySpec(key.getModulus(), key.getPrivateExponent()));
        RSAPrivateCrtKey large = key(DHStandardGroups.rfc3526_3072.getP(), prime(256));

        assertThat(MultiBufferRsa.of((RSAPrivateKey) bare, List.of(library))).isEmpty();
        assertThat(MultiBufferRsa.of(large, List.of(library))).isEmpty();
    }

    /** In a JVM of its own: which library a class calls is settled once. */
    @Test
    @Tag("long")
    void aLibraryOfAnotherVersionIsDeclined(@TempDir Path dir) throws Exception {
        for (String to : List.of("interfaceNumber) {\n    return 7 + INTERFACE", "formerly) {\n    return INTERFACE")) {
            String source = Files.readString(Path.of("src/main/c/rsa8.c"))
                    .replace("interfaceNumber) {\n    return INTERFACE", to);
            assertThat(source).contains(to);
            Path folder = Files.createTempDirectory(dir, "library");
            Path changed = Files.writeString(folder.resolve("rsa8.c"), source);
            assertThat(run(
                            "cc",
                            "-shared",
                            "-fPIC",
                            "-o",
                            folder.resolve(System.mapLibraryName("hikyaku_rsa8"))
                                    .toString(),
                            changed.toString()))
                    .isEmpty();
            assertThat(run(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "--enable-native-access=ALL-UNNAMED",
                            "-Djava.library.path=" + folder,
                            "-cp",
                            System.getProperty("java.class.path"),
                            Refusal.class.getName()))
                    .startsWith("it is of another version (");
        }
    }

    /** Says why the library is not used. */
    static final class Refusal {
        public static void main(String[] args) {
            System.out.println(RsaKeys.refusal().orElse("it is used"));
        }
    }

    private static String run(String... command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    @Test
    void withoutTheLibraryThereIsNone(@TempDir Path empty) throws Exception {
        assertThat(MultiBufferRsa.of(key(prime(256), prime(256)), List.of(empty, empty.resolve("not there"))))
                .isEmpty();
    }

    private BigInteger prime(int bits) {
        BigInteger prime;
        do {
            prime = BigInteger.probablePrime(bits, random);
        } while (prime.mod(E).equals(BigInteger.ONE));
        return prime;
    }

    private static RSAPrivateCrtKey key(BigInteger p, BigInteger q) throws GeneralSecurityException {
        BigInteger one = BigInteger.ONE;
        BigInteger d = E.modInverse(p.subtract(one).multiply(q.subtract(one)));
        return (RSAPrivateCrtKey) KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        p.multiply(q), E, d, p, q, d.mod(p.subtract(one)), d.mod(q.subtract(one)), q.modInverse(p)));
    }

    private static RSAPrivateCrtKey changed(
            RSAPrivateCrtKey key, BigInteger p, BigInteger q, BigInteger exponentP, BigInteger coefficient)
            throws GeneralSecurityException {
        return (RSAPrivateCrtKey) KeyFactory.getInstance("RSA")
                .generatePrivate(new RSAPrivateCrtKeySpec(
                        key.getModulus(),
                        E,
                        key.getPrivateExponent(),
                        p,
                        q,
                        exponentP,
                        key.getPrimeExponentQ(),
                        coefficient));
    }

    private static Cipher cipher() throws GeneralSecurityException {
        return Cipher.getInstance("RSA/ECB/PKCS1Padding", "SunJCE");
    }

    private static Optional<byte[]> byJdk(RSAPrivateCrtKey key, byte[] encrypted) throws GeneralSecurityException {
        Cipher cipher = cipher();
        cipher.init(Cipher.DECRYPT_MODE, key);
        try {
            return Optional.of(cipher.doFinal(encrypted));
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }

    private static Optional<String> hex(Optional<byte[]> bytes) {
        return bytes.map(Arrays::toString);
    }

    private byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    /** Big-endian, as long as the modulus. */
    private static byte[] bytes(BigInteger value, BigInteger modulus) {
        byte[] out = new byte[(modulus.bitLength() + 7) / 8];
        byte[] twos = value.toByteArray();
        int take = Math.min(twos.length, out.length);
        System.arraycopy(twos, twos.length - take, out, out.length - take, take);
        return out;
    }
}
