package org.hikyaku.tls.probe;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.agreement.DHStandardGroups;
import org.bouncycastle.crypto.agreement.X25519Agreement;
import org.bouncycastle.crypto.agreement.X448Agreement;
import org.bouncycastle.crypto.generators.MLKEMKeyPairGenerator;
import org.bouncycastle.crypto.kems.MLKEMExtractor;
import org.bouncycastle.crypto.params.DHParameters;
import org.bouncycastle.crypto.params.MLKEMKeyGenerationParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMPublicKeyParameters;
import org.bouncycastle.crypto.params.X25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.X25519PublicKeyParameters;
import org.bouncycastle.crypto.params.X448PrivateKeyParameters;
import org.bouncycastle.crypto.params.X448PublicKeyParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.TlsFormatException;

/** The client's half of a key exchange in one group. */
interface KeyAgreement {

    /** What goes to the server. */
    byte[] share();

    /** The shared secret, from what came back. */
    byte[] agree(byte[] serverShare) throws TlsFormatException;

    /** A fresh key in this group; empty when the group is not implemented. */
    static Optional<KeyAgreement> in(int group, SecureRandom random) {
        return NamedGroup.registry().find(group).flatMap(g -> switch (g.kind()) {
            case XDH -> Optional.of(g.code() == NamedGroup.X25519 ? new X25519(random) : new X448(random));
            case EC -> Curve.of(g, random);
            case FFDHE -> Optional.of(new FiniteField(ffdhe(g.bits()), random, g.clientShareLength()));
            case HYBRID -> hybrid(g, random);
            case KEM, GOST, EXPLICIT -> Optional.empty();
        });
    }

    /** Diffie-Hellman with parameters that the server chose. */
    static KeyAgreement finiteField(BigInteger prime, BigInteger generator, SecureRandom random) {
        return new FiniteField(new DHParameters(prime, generator), random, (prime.bitLength() + 7) / 8);
    }

    private static DHParameters ffdhe(int bits) {
        return switch (bits) {
            case 2048 -> DHStandardGroups.rfc7919_ffdhe2048;
            case 3072 -> DHStandardGroups.rfc7919_ffdhe3072;
            case 4096 -> DHStandardGroups.rfc7919_ffdhe4096;
            case 6144 -> DHStandardGroups.rfc7919_ffdhe6144;
            case 8192 -> DHStandardGroups.rfc7919_ffdhe8192;
            default -> throw new IllegalArgumentException("no named group of " + bits + " bits");
        };
    }

    /** draft-ietf-tls-ecdhe-mlkem section 4: with X25519 the ML-KEM part comes first, with the NIST curves second. */
    private static Optional<KeyAgreement> hybrid(NamedGroup group, SecureRandom random) {
        return switch (group.code()) {
            case NamedGroup.X25519_MLKEM768 ->
                Optional.of(new Hybrid(new MlKem(MLKEMParameters.ml_kem_768, random), 1088, new X25519(random)));
            case NamedGroup.SECP256R1_MLKEM768 ->
                in(NamedGroup.SECP256R1, random)
                        .map(ec -> new Hybrid(ec, 65, new MlKem(MLKEMParameters.ml_kem_768, random)));
            case NamedGroup.SECP384R1_MLKEM1024 ->
                in(NamedGroup.SECP384R1, random)
                        .map(ec -> new Hybrid(ec, 97, new MlKem(MLKEMParameters.ml_kem_1024, random)));
            default -> Optional.empty();
        };
    }

    /** RFC 7748. */
    final class X25519 implements KeyAgreement {
        private final X25519PrivateKeyParameters key;

        X25519(SecureRandom random) {
            this.key = new X25519PrivateKeyParameters(random);
        }

        @Override
        public byte[] share() {
            return key.generatePublicKey().getEncoded();
        }

        @Override
        public byte[] agree(byte[] serverShare) throws TlsFormatException {
            expectLength(serverShare, 32, "x25519");
            byte[] secret = new byte[32];
            try {
                X25519Agreement agreement = new X25519Agreement();
                agreement.init(key);
                agreement.calculateAgreement(new X25519PublicKeyParameters(serverShare), secret, 0);
            } catch (RuntimeException e) {
                throw new TlsFormatException("x25519 share of small order", 0);
            }
            return secret;
        }
    }

    /** RFC 7748. */
    final class X448 implements KeyAgreement {
        private final X448PrivateKeyParameters key;

        X448(SecureRandom random) {
            this.key = new X448PrivateKeyParameters(random);
        }

        @Override
        public byte[] share() {
            return key.generatePublicKey().getEncoded();
        }

        @Override
        public byte[] agree(byte[] serverShare) throws TlsFormatException {
            expectLength(serverShare, 56, "x448");
            byte[] secret = new byte[56];
            try {
                X448Agreement agreement = new X448Agreement();
                agreement.init(key);
                agreement.calculateAgreement(new X448PublicKeyParameters(serverShare), secret, 0);
            } catch (RuntimeException e) {
                throw new TlsFormatException("x448 share of small order", 0);
            }
            return secret;
        }
    }

    /** RFC 8422 section 5.10: the x coordinate of the common point. */
    final class Curve implements KeyAgreement {
        private final X9ECParameters curve;
        private final BigInteger secret;

        private Curve(X9ECParameters curve, SecureRandom random) {
            this.curve = curve;
            this.secret = new BigInteger(curve.getN().bitLength() + 64, random)
                    .mod(curve.getN().subtract(BigInteger.ONE))
                    .add(BigInteger.ONE);
        }

        static Optional<KeyAgreement> of(NamedGroup group, SecureRandom random) {
            String name = group.name().replace("tls13", "").replace("curveSM2", "sm2p256v1");
            return Optional.ofNullable(ECNamedCurveTable.getByName(name)).map(c -> new Curve(c, random));
        }

        @Override
        public byte[] share() {
            return curve.getG().multiply(secret).normalize().getEncoded(false);
        }

        @Override
        public byte[] agree(byte[] serverShare) throws TlsFormatException {
            try {
                ECPoint point = curve.getCurve()
                        .decodePoint(serverShare)
                        .multiply(secret)
                        .normalize();
                if (point.isInfinity()) {
                    throw new TlsFormatException("EC share of small order", 0);
                }
                return point.getAffineXCoord().getEncoded();
            } catch (RuntimeException e) {
                throw new TlsFormatException("EC share that is no point of the curve", 0);
            }
        }
    }

    /** RFC 7919 in TLS 1.3, any prime before: TLS 1.3 keeps leading zeros of the secret, TLS 1.2 strips them. */
    final class FiniteField implements KeyAgreement {
        private final DHParameters group;
        private final BigInteger secret;
        private final int length;

        FiniteField(DHParameters group, SecureRandom random, int length) {
            this.group = group;
            this.secret = new BigInteger(Math.min(512, Math.max(16, group.getP().bitLength() - 2)), random)
                    .add(BigInteger.TWO);
            this.length = length;
        }

        @Override
        public byte[] share() {
            return padded(group.getG().modPow(secret, group.getP()), length);
        }

        @Override
        public byte[] agree(byte[] serverShare) {
            return padded(new BigInteger(1, serverShare).modPow(secret, group.getP()), length);
        }

        private static byte[] padded(BigInteger number, int length) {
            byte[] bytes = number.toByteArray();
            byte[] out = new byte[length];
            int copy = Math.min(length, bytes.length);
            System.arraycopy(bytes, bytes.length - copy, out, length - copy, copy);
            return out;
        }
    }

    /** ML-KEM of FIPS 203: our share is the encapsulation key, the server's a ciphertext. */
    final class MlKem implements KeyAgreement {
        private final MLKEMPrivateKeyParameters key;
        private final byte[] share;
        private final int ciphertextLength;

        MlKem(MLKEMParameters parameters, SecureRandom random) {
            MLKEMKeyPairGenerator generator = new MLKEMKeyPairGenerator();
            generator.init(new MLKEMKeyGenerationParameters(random, parameters));
            var pair = generator.generateKeyPair();
            this.key = (MLKEMPrivateKeyParameters) pair.getPrivate();
            this.share = ((MLKEMPublicKeyParameters) pair.getPublic()).getEncoded();
            this.ciphertextLength = new MLKEMExtractor(key).getEncapsulationLength();
        }

        @Override
        public byte[] share() {
            return share.clone();
        }

        @Override
        public byte[] agree(byte[] serverShare) throws TlsFormatException {
            expectLength(serverShare, ciphertextLength, "ML-KEM");
            return new MLKEMExtractor(key).extractSecret(serverShare);
        }
    }

    /** Two exchanges side by side; the server's first part has a fixed length. */
    final class Hybrid implements KeyAgreement {
        private final KeyAgreement first;
        private final int firstLength;
        private final KeyAgreement second;

        Hybrid(KeyAgreement first, int firstLength, KeyAgreement second) {
            this.first = first;
            this.firstLength = firstLength;
            this.second = second;
        }

        @Override
        public byte[] share() {
            return join(first.share(), second.share());
        }

        @Override
        public byte[] agree(byte[] serverShare) throws TlsFormatException {
            if (serverShare.length <= firstLength) {
                throw new TlsFormatException("hybrid share of " + serverShare.length + " bytes, too short", 0);
            }
            return join(
                    first.agree(Arrays.copyOf(serverShare, firstLength)),
                    second.agree(Arrays.copyOfRange(serverShare, firstLength, serverShare.length)));
        }

        private static byte[] join(byte[] a, byte[] b) {
            byte[] both = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, both, a.length, b.length);
            return both;
        }
    }

    private static void expectLength(byte[] share, int length, String group) throws TlsFormatException {
        if (share.length != length) {
            throw new TlsFormatException(group + " share of " + share.length + " bytes instead of " + length, 0);
        }
    }
}
