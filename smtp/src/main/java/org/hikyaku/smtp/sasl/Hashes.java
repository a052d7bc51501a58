package org.hikyaku.smtp.sasl;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed and plain hashes of the JDK, for which every JDK has a provider. */
final class Hashes {
    private Hashes() {}

    static byte[] hmac(String algorithm, byte[] key, byte[] message) {
        return mac(algorithm, key).doFinal(message);
    }

    static Mac mac(String algorithm, byte[] key) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            // The JDK takes no empty key; HMAC pads keys with zeros (RFC 2104 section 2), so one zero is the same key.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /** Hi() of RFC 5802 section 2.2, which is PBKDF2 with one block. */
    static byte[] salted(String algorithm, byte[] password, byte[] salt, int iterations) {
        Mac mac = mac(algorithm, password);
        mac.update(salt);
        byte[] round = mac.doFinal(new byte[] {0, 0, 0, 1});
        byte[] result = round.clone();
        for (int i = 1; i < iterations; i++) {
            round = mac.doFinal(round);
            for (int j = 0; j < result.length; j++) {
                result[j] ^= round[j];
            }
        }
        return result;
    }

    static byte[] digest(String algorithm, byte[] message) {
        try {
            return MessageDigest.getInstance(algorithm).digest(message);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }
}
