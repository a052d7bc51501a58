package org.hikyaku.capture.tls;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.interfaces.RSAPrivateKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Eight RSA decryptions with one key at a time, by the project's own native code ({@code capture/src/main/c/rsa8.c}, which tells
 * the arithmetic), on processors with AVX-512 IFMA and where that code was built. Each takes a third of the time that it takes
 * alone by OpenSSL. JNI with numbers alone, as {@code java.lang.foreign} would have to link its calls at every start. Safe for
 * several threads.
 */
@SuppressWarnings("restricted") // native code
final class MultiBufferRsa {
    /** Decryptions at a time. */
    static final int LANES = 8;

    private static final String LIBRARY = System.mapLibraryName("hikyaku_rsa8");

    /** Of the C file: what is called and how numbers are laid out; one of another number is never called. */
    private static final int INTERFACE = 1;

    /** Likewise: bits of a digit, the digits that numbers may have. */
    private static final int DIGIT = 52;

    private static final int[] DIGITS = {10, 20, 30, 40};

    /** Sixteen times a prime is at most the power of two behind the last digit. */
    private static final int SPARE_BITS = 4;

    private final int digits;
    private final MemorySegment key;
    private final byte[] modulus;

    private MultiBufferRsa(int digits, MemorySegment key, byte[] modulus) {
        this.digits = digits;
        this.key = key;
        this.modulus = modulus;
    }

    /** The folders in which the JVM looks for native libraries. */
    static List<Path> libraryPath() {
        return Stream.of(System.getProperty("java.library.path", "").split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(Path::of)
                .toList();
    }

    /**
     * Empty when the library is in none of the folders, when this processor cannot, or when the key is of a kind or size that the
     * library does not take.
     */
    static Optional<MultiBufferRsa> of(RSAPrivateKey key, List<Path> folders) {
        if (!(key instanceof RSAPrivateCrtKey crt)) {
            return Optional.empty();
        }
        Optional<Path> library = library(folders);
        return library.isPresent() && refusal(library.get()).isEmpty() ? prepare(crt) : Optional.empty();
    }

    private static Optional<Path> library(List<Path> folders) {
        return folders.stream()
                .map(folder -> folder.resolve(LIBRARY))
                .filter(Files::isRegularFile)
                .findFirst();
    }

    /** Why the library in these folders is not used; empty also when there is none. */
    static Optional<String> refusal(List<Path> folders) {
        return library(folders).flatMap(MultiBufferRsa::refusal);
    }

    private static Optional<String> refusal(Path library) {
        try {
            System.load(library.toAbsolutePath().toString());
        } catch (UnsatisfiedLinkError | IllegalCallerException e) {
            return Optional.of(String.valueOf(e.getMessage())); // for another machine, or native access is not allowed
        }
        try {
            int number = interfaceNumber();
            if (number != INTERFACE) {
                return Optional.of("it is of another version (interface " + number + " and not " + INTERFACE + ")");
            }
            return able() != 0
                    ? Optional.empty()
                    : Optional.of("this processor lacks the instructions that it is made of (AVX-512 IFMA)");
        } catch (UnsatisfiedLinkError e) {
            return Optional.of("it is of another version (without " + e.getMessage() + ")");
        }
    }

    private static Optional<MultiBufferRsa> prepare(RSAPrivateCrtKey key) {
        BigInteger n = key.getModulus();
        BigInteger p = key.getPrimeP();
        BigInteger q = key.getPrimeQ();
        boolean whole = p.signum() > 0
                && q.signum() > 0
                && p.testBit(0)
                && q.testBit(0)
                && p.multiply(q).equals(n)
                && isExponent(key.getPrimeExponentP(), p, key.getPublicExponent())
                && isExponent(key.getPrimeExponentQ(), q, key.getPublicExponent())
                && key.getCrtCoefficient().multiply(q).mod(p).equals(BigInteger.ONE);
        int bits = Math.max(p.bitLength(), q.bitLength()) + SPARE_BITS;
        int digits =
                Arrays.stream(DIGITS).filter(d -> d * DIGIT >= bits).findFirst().orElse(0);
        if (!whole || digits == 0) {
            return Optional.empty();
        }
        long[] laid = new long[9 * digits + 2];
        int at = prime(laid, 0, digits, p, key.getPrimeExponentP());
        at = prime(laid, at, digits, q, key.getPrimeExponentQ());
        BigInteger r = BigInteger.ONE.shiftLeft(DIGIT * digits);
        number(laid, at, digits, key.getCrtCoefficient().multiply(r).multiply(r).mod(p));
        MemorySegment kept = Arena.ofAuto().allocateFrom(JAVA_LONG, laid);
        Arrays.fill(laid, 0);
        return Optional.of(new MultiBufferRsa(digits, kept, bytes(n, (n.bitLength() + 7) / 8)))
                .filter(made -> made.provesItself(key.getPublicExponent()));
    }

    /** Whether it takes back what the public exponent does (RFC 8017 section 3.2): one that is made up may do so for some numbers only. */
    private static boolean isExponent(BigInteger exponent, BigInteger p, BigInteger publicExponent) {
        return exponent.signum() > 0
                && exponent.compareTo(p) < 0
                && publicExponent
                                .multiply(exponent)
                                .subtract(BigInteger.ONE)
                                .mod(p.subtract(BigInteger.ONE))
                                .signum()
                        == 0;
    }

    /** As the C file wants them. */
    private static int prime(long[] to, int from, int digits, BigInteger p, BigInteger exponent) {
        BigInteger r = BigInteger.ONE.shiftLeft(DIGIT * digits).mod(p);
        BigInteger square = r.multiply(r).mod(p);
        int at = number(to, from, digits, p);
        at = number(to, at, digits, square);
        at = number(to, at, digits, square.multiply(r).mod(p));
        at = number(to, at, digits, exponent);
        to[at] = -inverse(p.longValue()) & (1L << DIGIT) - 1;
        return at + 1;
    }

    private static int number(long[] to, int at, int digits, BigInteger value) {
        for (int i = 0; i < digits; i++) {
            to[at + i] = value.shiftRight(i * DIGIT).longValue() & (1L << DIGIT) - 1;
        }
        return at + digits;
    }

    /** Of an odd number modulo 2^64, by Newton: each step doubles the bits that are right, 3 of them at first. */
    private static long inverse(long odd) {
        long x = odd;
        for (int right = 3; right < Long.SIZE; right *= 2) {
            x *= 2 - odd * x;
        }
        return x;
    }

    /** Whether a number comes back as it was before its encryption: what is called a prime may be none. */
    private boolean provesItself(BigInteger exponent) {
        BigInteger n = new BigInteger(1, modulus);
        byte[] plain = bytes(n.shiftRight(1), modulus.length);
        byte[] encrypted = bytes(new BigInteger(1, plain).modPow(exponent, n), modulus.length);
        return raw(Collections.nCopies(LANES, encrypted)).stream().allMatch(block -> Arrays.equals(block, plain));
    }

    /** Whether it can be given to {@link #decrypt}: a number below the modulus, with all its bytes. */
    boolean takes(byte[] encrypted) {
        return encrypted.length == modulus.length && Arrays.compareUnsigned(encrypted, modulus) < 0;
    }

    /**
     * Decrypts one to eight at a time; as with {@link RsaDecryption#decrypt}, nothing comes of what was not encrypted for this key.
     *
     * @param encrypted what {@link #takes} takes
     */
    List<Optional<byte[]>> decrypt(List<byte[]> encrypted) {
        return raw(encrypted).stream().map(RsaDecryption::unpadded).toList();
    }

    /** The numbers themselves, in as many bytes as the modulus has. */
    List<byte[]> raw(List<byte[]> encrypted) {
        int length = modulus.length;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment in = arena.allocate((long) LANES * length);
            MemorySegment out = arena.allocate((long) LANES * length);
            for (int lane = 0; lane < encrypted.size(); lane++) { // zeros in the others
                MemorySegment.copy(encrypted.get(lane), 0, in, JAVA_BYTE, (long) lane * length, length);
            }
            int done = decrypt(digits, key.address(), length, in.address(), out.address());
            if (done != 1) {
                throw new IllegalStateException("the library for RSA refuses a key that it took");
            }
            List<byte[]> blocks = new ArrayList<>(encrypted.size());
            for (int lane = 0; lane < encrypted.size(); lane++) {
                blocks.add(out.asSlice((long) lane * length, length).toArray(JAVA_BYTE));
            }
            out.fill((byte) 0);
            return blocks;
        } finally {
            Reference.reachabilityFence(this); // its memory is freed with it
        }
    }

    /** Big-endian, with zeros in front. */
    private static byte[] bytes(BigInteger value, int length) {
        byte[] twos = value.toByteArray();
        byte[] out = new byte[length];
        int take = Math.min(twos.length, length);
        System.arraycopy(twos, twos.length - take, out, length - take, take);
        return out;
    }

    private static native int interfaceNumber();

    private static native int able();

    private static native int decrypt(int digits, long key, int length, long in, long out);
}
