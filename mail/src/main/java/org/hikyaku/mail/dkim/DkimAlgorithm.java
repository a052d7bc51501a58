package org.hikyaku.mail.dkim;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Optional;

/** The algorithms of today: rsa-sha1 counts as no signature (RFC 8301). */
enum DkimAlgorithm {
    RSA_SHA256("rsa-sha256", "rsa"),
    ED25519_SHA256("ed25519-sha256", "ed25519");

    /** Shorter keys are no signature at all (RFC 8301 section 3.2). */
    static final int SHORTEST_RSA = 1024;

    private final String token;
    private final String keyType;

    DkimAlgorithm(String token, String keyType) {
        this.token = token;
        this.keyType = keyType;
    }

    String token() {
        return token;
    }

    String keyType() {
        return keyType;
    }

    static Optional<DkimAlgorithm> of(String token) {
        for (DkimAlgorithm algorithm : values()) {
            if (algorithm.token.equalsIgnoreCase(token)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    static Optional<DkimAlgorithm> of(Key key) {
        if (key instanceof RSAKey) {
            return Optional.of(RSA_SHA256);
        }
        return key instanceof EdECKey ed && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName())
                ? Optional.of(ED25519_SHA256)
                : Optional.empty();
    }

    byte[] sign(PrivateKey key, byte[] input) throws GeneralSecurityException {
        Signature signature = engine();
        signature.initSign(key);
        signature.update(signed(input));
        return signature.sign();
    }

    boolean verify(PublicKey key, byte[] input, byte[] value) throws GeneralSecurityException {
        Signature signature = engine();
        signature.initVerify(key);
        signature.update(signed(input));
        return signature.verify(value);
    }

    /** RFC 8463 section 3: Ed25519 signs the digest. */
    private byte[] signed(byte[] input) {
        return switch (this) {
            case RSA_SHA256 -> input;
            case ED25519_SHA256 -> SignedInput.sha256(input, input.length);
        };
    }

    private Signature engine() throws GeneralSecurityException {
        return Signature.getInstance(
                switch (this) {
                    case RSA_SHA256 -> "SHA256withRSA";
                    case ED25519_SHA256 -> "Ed25519";
                });
    }

    /** The key in the {@code p=} of a record. */
    PublicKey publicKey(byte[] bytes) throws GeneralSecurityException {
        return switch (this) {
            case RSA_SHA256 -> KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes));
            case ED25519_SHA256 -> ed25519(bytes);
        };
    }

    /** RFC 8463 section 4.2: the 32 bytes of the key themselves, least significant first, the top bit for x. */
    private static PublicKey ed25519(byte[] bytes) throws GeneralSecurityException {
        if (bytes.length != 32) {
            throw new GeneralSecurityException("an Ed25519 key has 32 bytes, this one has " + bytes.length);
        }
        byte[] reversed = new byte[32];
        for (int i = 0; i < 32; i++) {
            reversed[i] = bytes[31 - i];
        }
        boolean odd = (reversed[0] & 0x80) != 0;
        reversed[0] &= 0x7f;
        return KeyFactory.getInstance("Ed25519")
                .generatePublic(new EdECPublicKeySpec(
                        NamedParameterSpec.ED25519, new EdECPoint(odd, new BigInteger(1, reversed))));
    }
}
