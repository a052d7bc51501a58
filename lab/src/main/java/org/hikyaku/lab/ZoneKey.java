package org.hikyaku.lab;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.Digest;
import org.bouncycastle.crypto.Signer;
import org.bouncycastle.crypto.digests.SHA1Digest;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.Ed25519Signer;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.util.BigIntegers;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSKEYRecord;
import org.xbill.DNS.DNSSEC;
import org.xbill.DNS.Name;

/**
 * One key of a zone. Signatures are deterministic (RFC 6979 for ECDSA), so that equal seeds and clocks give equal zones
 * to the last bit.
 */
final class ZoneKey {
    /** Flags of a key that only signs the zone's data. */
    static final int ZONE_KEY = DNSKEYRecord.Flags.ZONE_KEY;

    /** Flags of a key that the parent zone vouches for. */
    static final int ENTRY_POINT = DNSKEYRecord.Flags.ZONE_KEY | DNSKEYRecord.Flags.SEP_KEY;

    /** Enough for the lab, quick to make, and still accepted by validators (RFC 8624 asks for 2048 elsewhere). */
    private static final int RSA_BITS = 1280;

    private final DNSKEYRecord record;
    private final Signature signature;

    private interface Signature {
        byte[] over(byte[] data);
    }

    private ZoneKey(DNSKEYRecord record, Signature signature) {
        this.record = record;
        this.signature = signature;
    }

    static ZoneKey make(Name zone, ZoneSetup.Signing signing, int flags, long ttl, SecureRandom random) {
        return switch (signing) {
            case ECDSA -> ecdsa(zone, flags, ttl, random);
            case ED25519 -> ed25519(zone, flags, ttl, random);
            case RSA -> rsa(zone, flags, ttl, random, DNSSEC.Algorithm.RSASHA256);
            case RSASHA1 -> rsa(zone, flags, ttl, random, DNSSEC.Algorithm.RSASHA1);
            case NONE -> throw new IllegalArgumentException(zone + " has no keys");
        };
    }

    DNSKEYRecord record() {
        return record;
    }

    boolean isEntryPoint() {
        return (record.getFlags() & DNSKEYRecord.Flags.SEP_KEY) != 0;
    }

    byte[] sign(byte[] data) {
        return signature.over(data);
    }

    private static DNSKEYRecord record(Name zone, int flags, long ttl, int algorithm, byte[] key) {
        return new DNSKEYRecord(zone, DClass.IN, ttl, flags, DNSKEYRecord.Protocol.DNSSEC, algorithm, key);
    }

    private static ZoneKey ecdsa(Name zone, int flags, long ttl, SecureRandom random) {
        X9ECParameters curve = CustomNamedCurves.getByName("P-256");
        ECDomainParameters domain = new ECDomainParameters(curve);
        BigInteger secret =
                BigIntegers.createRandomInRange(BigInteger.ONE, curve.getN().subtract(BigInteger.ONE), random);
        // RFC 6605 section 4: the point without its format byte; the signature is r and s
        byte[] point = curve.getG().multiply(secret).normalize().getEncoded(false);
        byte[] key = new byte[64];
        System.arraycopy(point, 1, key, 0, key.length);
        ECPrivateKeyParameters parameters = new ECPrivateKeyParameters(secret, domain);
        return new ZoneKey(record(zone, flags, ttl, DNSSEC.Algorithm.ECDSAP256SHA256, key), data -> {
            ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
            signer.init(true, parameters);
            BigInteger[] rs = signer.generateSignature(digest(new SHA256Digest(), data));
            byte[] signature = new byte[64];
            BigIntegers.asUnsignedByteArray(rs[0], signature, 0, 32);
            BigIntegers.asUnsignedByteArray(rs[1], signature, 32, 32);
            return signature;
        });
    }

    private static ZoneKey ed25519(Name zone, int flags, long ttl, SecureRandom random) {
        Ed25519PrivateKeyParameters secret = new Ed25519PrivateKeyParameters(random);
        byte[] key = secret.generatePublicKey().getEncoded();
        return new ZoneKey(record(zone, flags, ttl, DNSSEC.Algorithm.ED25519, key), data -> {
            Ed25519Signer signer = new Ed25519Signer();
            signer.init(true, secret);
            return finish(signer, data);
        });
    }

    private static ZoneKey rsa(Name zone, int flags, long ttl, SecureRandom random, int algorithm) {
        BigInteger e = BigInteger.valueOf(65_537);
        BigInteger p = rsaPrime(e, random);
        BigInteger q = rsaPrime(e, random);
        BigInteger n = p.multiply(q);
        BigInteger pLess = p.subtract(BigInteger.ONE);
        BigInteger qLess = q.subtract(BigInteger.ONE);
        BigInteger d = e.modInverse(pLess.multiply(qLess));
        RSAPrivateCrtKeyParameters secret =
                new RSAPrivateCrtKeyParameters(n, e, d, p, q, d.mod(pLess), d.mod(qLess), q.modInverse(p));
        // RFC 3110 section 2: length of the exponent, exponent, modulus
        byte[] exponent = BigIntegers.asUnsignedByteArray(e);
        ByteArrayOutputStream key = new ByteArrayOutputStream();
        key.write(exponent.length);
        key.writeBytes(exponent);
        key.writeBytes(BigIntegers.asUnsignedByteArray(n));
        return new ZoneKey(record(zone, flags, ttl, algorithm, key.toByteArray()), data -> {
            Digest digest = algorithm == DNSSEC.Algorithm.RSASHA1 ? new SHA1Digest() : new SHA256Digest();
            RSADigestSigner signer = new RSADigestSigner(digest);
            signer.init(true, secret);
            return finish(signer, data);
        });
    }

    /** The JDK finds primes many times faster than BouncyCastle's generator, which tests for adversarial input. */
    private static BigInteger rsaPrime(BigInteger exponent, SecureRandom random) {
        BigInteger prime = BigInteger.probablePrime(RSA_BITS / 2, random);
        while (prime.mod(exponent).equals(BigInteger.ONE)) {
            prime = BigInteger.probablePrime(RSA_BITS / 2, random);
        }
        return prime;
    }

    private static byte[] digest(Digest digest, byte[] data) {
        digest.update(data, 0, data.length);
        byte[] out = new byte[digest.getDigestSize()];
        digest.doFinal(out, 0);
        return out;
    }

    private static byte[] finish(Signer signer, byte[] data) {
        try {
            signer.update(data, 0, data.length);
            return signer.generateSignature();
        } catch (CryptoException e) {
            throw new IllegalStateException("a key that was just made can sign", e);
        }
    }
}
