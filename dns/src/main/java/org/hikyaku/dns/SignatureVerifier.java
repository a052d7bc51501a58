package org.hikyaku.dns;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.InvalidParameterSpecException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.bouncycastle.math.ec.rfc8032.Ed448;
import org.conscrypt.Conscrypt;
import org.xbill.DNS.DNSSEC;

/**
 * The cryptography of RRSIG: RSA (RFC 3110, 5702), ECDSA (RFC 6605), EdDSA (RFC 8080). RSA and ECDSA go through a JCA
 * provider: Conscrypt where its native library loads, which checks a P-256 signature in 60 microseconds, else the
 * JDK's, which takes eight times as long.
 */
class SignatureVerifier {

    /** RFC 5702 section 2: 512 to 4096 bits. */
    private static final int MIN_RSA_BITS = 512;

    private static final int MAX_RSA_BITS = 4096;
    /** F5 and smaller are in use; a large exponent only costs time. */
    private static final int MAX_RSA_EXPONENT_BITS = 64;

    private final Optional<Provider> provider;
    private final KeyFactory rsa;
    private final KeyFactory ec;
    private final ECParameterSpec p256;
    private final ECParameterSpec p384;

    /**
     * @param provider for RSA and ECDSA; the JDK's own when empty
     */
    SignatureVerifier(Optional<Provider> provider) {
        this.provider = provider;
        try {
            rsa = provider.isPresent() ? KeyFactory.getInstance("RSA", provider.get()) : KeyFactory.getInstance("RSA");
            ec = provider.isPresent() ? KeyFactory.getInstance("EC", provider.get()) : KeyFactory.getInstance("EC");
            p256 = curve("secp256r1");
            p384 = curve("secp384r1");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime lacks RSA or ECDSA: " + e.getMessage(), e);
        }
    }

    /** With Conscrypt where it loads (on Linux: glibc 2.35 or newer), else with the JDK. */
    static SignatureVerifier fastest() {
        return new SignatureVerifier(conscrypt());
    }

    private static Optional<Provider> conscrypt() {
        try {
            if (!Conscrypt.isAvailable()) {
                return Optional.empty();
            }
            Provider provider = Conscrypt.newProvider();
            Signature.getInstance("SHA256withECDSA", provider);
            return Optional.of(provider);
        } catch (LinkageError | NoSuchAlgorithmException e) {
            return Optional.empty();
        }
    }

    private static ECParameterSpec curve(String name) throws NoSuchAlgorithmException, InvalidParameterSpecException {
        AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(new ECGenParameterSpec(name));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    /** Algorithms that {@link #verify} knows; whether SHA-1 counts is for the caller to say. */
    static boolean isKnown(int algorithm) {
        return switch (algorithm) {
            case DNSSEC.Algorithm.RSASHA1,
                    DNSSEC.Algorithm.RSA_NSEC3_SHA1,
                    DNSSEC.Algorithm.RSASHA256,
                    DNSSEC.Algorithm.RSASHA512,
                    DNSSEC.Algorithm.ECDSAP256SHA256,
                    DNSSEC.Algorithm.ECDSAP384SHA384,
                    DNSSEC.Algorithm.ED25519,
                    DNSSEC.Algorithm.ED448 -> true;
            default -> false;
        };
    }

    /** RSASHA1 and RSASHA1-NSEC3-SHA1, which RFC 9905 tells validators to treat as unsupported. */
    static boolean isSha1(int algorithm) {
        return algorithm == DNSSEC.Algorithm.RSASHA1 || algorithm == DNSSEC.Algorithm.RSA_NSEC3_SHA1;
    }

    /** The key as the provider wants it; empty when it is malformed or when the algorithm needs no provider. */
    Optional<PublicKey> publicKey(int algorithm, byte[] key) {
        try {
            return switch (algorithm) {
                case DNSSEC.Algorithm.RSASHA1,
                        DNSSEC.Algorithm.RSA_NSEC3_SHA1,
                        DNSSEC.Algorithm.RSASHA256,
                        DNSSEC.Algorithm.RSASHA512 -> rsaKey(key);
                case DNSSEC.Algorithm.ECDSAP256SHA256 -> ecKey(key, 32, p256);
                case DNSSEC.Algorithm.ECDSAP384SHA384 -> ecKey(key, 48, p384);
                default -> Optional.empty();
            };
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    // RFC 3110 section 2: exponent length in one byte, or a zero and two bytes; exponent; modulus
    private Optional<PublicKey> rsaKey(byte[] key) throws GeneralSecurityException {
        int at = rsaExponentStart(key);
        if (at == 0) {
            return Optional.empty();
        }
        int length = rsaExponentLength(key);
        if (length == 0 || at + length >= key.length) {
            return Optional.empty();
        }
        BigInteger exponent = new BigInteger(1, key, at, length);
        BigInteger modulus = new BigInteger(1, key, at + length, key.length - at - length);
        if (exponent.bitLength() > MAX_RSA_EXPONENT_BITS
                || modulus.bitLength() < MIN_RSA_BITS
                || modulus.bitLength() > MAX_RSA_BITS) {
            return Optional.empty();
        }
        return Optional.of(rsa.generatePublic(new RSAPublicKeySpec(modulus, exponent)));
    }

    private static int rsaExponentStart(byte[] key) {
        if (key.length < 3) {
            return 0;
        }
        return key[0] == 0 ? 3 : 1;
    }

    private static int rsaExponentLength(byte[] key) {
        return key[0] == 0 ? (key[1] & 0xFF) << 8 | key[2] & 0xFF : key[0] & 0xFF;
    }

    private Optional<PublicKey> ecKey(byte[] key, int size, ECParameterSpec curve) throws GeneralSecurityException {
        if (key.length != 2 * size) {
            return Optional.empty();
        }
        BigInteger x = new BigInteger(1, key, 0, size);
        BigInteger y = new BigInteger(1, key, size, size);
        return Optional.of(ec.generatePublic(new ECPublicKeySpec(new ECPoint(x, y), curve)));
    }

    /** Whether the signature over the data was made with the key. Anything malformed is simply not a signature. */
    boolean verify(ZoneKey key, byte[] data, byte[] signature) {
        byte[] raw = key.material();
        return switch (key.algorithm()) {
            case DNSSEC.Algorithm.RSASHA1, DNSSEC.Algorithm.RSA_NSEC3_SHA1 -> jca("SHA1withRSA", key, data, signature);
            case DNSSEC.Algorithm.RSASHA256 -> jca("SHA256withRSA", key, data, signature);
            case DNSSEC.Algorithm.RSASHA512 -> jca("SHA512withRSA", key, data, signature);
            case DNSSEC.Algorithm.ECDSAP256SHA256 ->
                signature.length == 64 && jca("SHA256withECDSA", key, data, der(signature));
            case DNSSEC.Algorithm.ECDSAP384SHA384 ->
                signature.length == 96 && jca("SHA384withECDSA", key, data, der(signature));
            case DNSSEC.Algorithm.ED25519 ->
                raw.length == Ed25519.PUBLIC_KEY_SIZE
                        && signature.length == Ed25519.SIGNATURE_SIZE
                        && Ed25519.verify(signature, 0, raw, 0, data, 0, data.length);
            case DNSSEC.Algorithm.ED448 ->
                raw.length == Ed448.PUBLIC_KEY_SIZE
                        && signature.length == Ed448.SIGNATURE_SIZE
                        && Ed448.verify(signature, 0, raw, 0, new byte[0], data, 0, data.length);
            default -> false;
        };
    }

    static boolean isReadable(ZoneKey key) {
        return switch (key.algorithm()) {
            case DNSSEC.Algorithm.ED25519 -> key.material().length == Ed25519.PUBLIC_KEY_SIZE;
            case DNSSEC.Algorithm.ED448 -> key.material().length == Ed448.PUBLIC_KEY_SIZE;
            default -> key.publicKey().isPresent();
        };
    }

    private boolean jca(String name, ZoneKey key, byte[] data, byte[] signature) {
        if (key.publicKey().isEmpty()) {
            return false;
        }
        try {
            Signature verification =
                    provider.isPresent() ? Signature.getInstance(name, provider.get()) : Signature.getInstance(name);
            verification.initVerify(key.publicKey().get());
            verification.update(data);
            return verification.verify(signature);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** RFC 6605 section 4 has r | s; the providers want SEQUENCE { INTEGER r, INTEGER s }. */
    private static byte[] der(byte[] signature) {
        int half = signature.length / 2;
        int rFrom = firstSignificant(signature, 0, half);
        int sFrom = firstSignificant(signature, half, signature.length);
        int rPad = signature[rFrom] < 0 ? 1 : 0;
        int sPad = signature[sFrom] < 0 ? 1 : 0;
        int rLength = half - rFrom + rPad;
        int sLength = signature.length - sFrom + sPad;
        // both integers together are at most 102 bytes, so every length fits in one byte
        byte[] der = new byte[6 + rLength + sLength];
        der[0] = 0x30;
        der[1] = (byte) (4 + rLength + sLength);
        der[2] = 0x02;
        der[3] = (byte) rLength;
        System.arraycopy(signature, rFrom, der, 4 + rPad, rLength - rPad);
        der[4 + rLength] = 0x02;
        der[5 + rLength] = (byte) sLength;
        System.arraycopy(signature, sFrom, der, 6 + rLength + sPad, sLength - sPad);
        return der;
    }

    private static int firstSignificant(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to - 1 && bytes[at] == 0) {
            at++;
        }
        return at;
    }

    /** Size of a key in bits; 0 when it cannot be told. */
    static int bits(int algorithm, byte[] key) {
        return switch (algorithm) {
            case DNSSEC.Algorithm.RSASHA1,
                    DNSSEC.Algorithm.RSA_NSEC3_SHA1,
                    DNSSEC.Algorithm.RSASHA256,
                    DNSSEC.Algorithm.RSASHA512 -> {
                int from = rsaExponentStart(key);
                from = from == 0 ? key.length : Math.min(key.length, from + rsaExponentLength(key));
                yield new BigInteger(1, Arrays.copyOfRange(key, from, key.length)).bitLength();
            }
            case DNSSEC.Algorithm.ECDSAP256SHA256, DNSSEC.Algorithm.ED25519 -> 256;
            case DNSSEC.Algorithm.ECDSAP384SHA384 -> 384;
            case DNSSEC.Algorithm.ED448 -> 456;
            default -> 0;
        };
    }
}
