package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/** Digests and HMACs of the JDK, which has them all: their absence is a broken installation, not an error to handle. */
final class Digests {

    private Digests() {}

    static MessageDigest digest(String name) {
        try {
            return MessageDigest.getInstance(name);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK lacks " + name, e);
        }
    }

    static Mac hmac(String name, byte[] key) {
        try {
            Mac mac = Mac.getInstance(name);
            mac.init(new RawKey(key, name));
            return mac;
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
