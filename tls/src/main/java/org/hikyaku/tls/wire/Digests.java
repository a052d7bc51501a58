package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.Provider;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import org.hikyaku.x509.SignatureVerifier;

/**
 * Digests and HMACs: Conscrypt's where its native library loads, fast from the first byte on, else the JDK's, which has them
 * all: their absence is a broken installation, not an error to handle.
 */
final class Digests {

    private Digests() {}

    /** Looked for when first needed; never registered. */
    static final class Native {
        static final Optional<Provider> PROVIDER = SignatureVerifier.conscrypt();

        private Native() {}

        /** Where an algorithm comes from. */
        static Optional<Provider> of(String service, String algorithm) {
            return PROVIDER.filter(provider -> provider.getService(service, algorithm) != null);
        }
    }

    static MessageDigest digest(String name) {
        try {
            Optional<Provider> by = Native.of("MessageDigest", name);
            return by.isPresent() ? MessageDigest.getInstance(name, by.get()) : MessageDigest.getInstance(name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + name, e);
        }
    }

    static Mac hmac(String name, byte[] key) {
        Mac mac = hmac(name);
        key(mac, key);
        return mac;
    }

    /** Gives a MAC its key, or another one. */
    static void key(Mac mac, byte[] key) {
        try {
            mac.init(new RawKey(key, mac.getAlgorithm()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("any bytes are a key", e);
        }
    }

    /** Without a key. */
    static Mac hmac(String name) {
        try {
            Optional<Provider> by = Native.of("Mac", name);
            return by.isPresent() ? Mac.getInstance(name, by.get()) : Mac.getInstance(name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + name, e);
        }
    }

    /** Unlike SecretKeySpec this may be empty, as the salt of HKDF and the secrets of export suites are. */
    @SuppressWarnings("ArrayRecordComponent") // Key.getEncoded wants bytes
    record RawKey(byte[] bytes, String algorithm) implements SecretKey {
        @Override
        public String getAlgorithm() {
            return algorithm;
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        @Override
        public byte[] getEncoded() {
            return bytes.clone();
        }
    }
}
