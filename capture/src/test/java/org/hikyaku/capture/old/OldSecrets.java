package org.hikyaku.capture.old;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The pseudo-random functions of SSL 3.0 to TLS 1.2, word for word from their RFCs. */
final class OldSecrets {
    static final int SSL3 = 0x0300;
    static final int TLS12 = 0x0303;

    private OldSecrets() {}

    static byte[] cat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static byte[] hash(String algorithm, byte[]... parts) {
        try {
            return MessageDigest.getInstance(algorithm).digest(cat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] hmac(String algorithm, byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance(algorithm);
            // A key of no bytes, which the JDK refuses, is the same as a zero byte: HMAC pads with zeros.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
            return mac.doFinal(cat(parts));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** RFC 5246 section 5: A(0) = seed, A(i) = HMAC(secret, A(i-1)). */
    private static byte[] expand(String hmac, byte[] secret, byte[] seed, int length) {
        byte[] out = {};
        byte[] a = seed;
        while (out.length < length) {
            a = hmac(hmac, secret, a);
            out = cat(out, hmac(hmac, secret, a, seed));
        }
        return Arrays.copyOf(out, length);
    }

    /** RFC 2246 section 5 and RFC 5246 section 5. */
    static byte[] prf(int version, byte[] secret, String label, byte[] seed, int length) {
        byte[] labelled = cat(ascii(label), seed);
        if (version >= TLS12) {
            return expand("HmacSHA256", secret, labelled, length);
        }
        int half = (secret.length + 1) / 2;
        byte[] left = expand("HmacMD5", Arrays.copyOfRange(secret, 0, half), labelled, length);
        byte[] right =
                expand("HmacSHA1", Arrays.copyOfRange(secret, secret.length - half, secret.length), labelled, length);
        for (int i = 0; i < length; i++) {
            left[i] = (byte) (left[i] ^ right[i]);
        }
        return left;
    }

    /** RFC 6101 sections 6.1 and 6.2.2: MD5(secret, SHA(“A”, secret, seed)), MD5(secret, SHA(“BB”, …)), … */
    static byte[] ssl3(byte[] secret, byte[] seed, int length) {
        byte[] out = {};
        for (int i = 1; out.length < length; i++) {
            byte[] letters = ascii(String.valueOf((char) ('A' + i - 1)).repeat(i));
            out = cat(out, hash("MD5", secret, hash("SHA-1", letters, secret, seed)));
        }
        return Arrays.copyOf(out, length);
    }

    static byte[] master(int version, byte[] premaster, byte[] client, byte[] server) {
        byte[] seed = cat(client, server);
        return version == SSL3 ? ssl3(premaster, seed, 48) : prf(version, premaster, "master secret", seed, 48);
    }

    /** RFC 6101 section 5.6.9, RFC 2246 section 7.4.9. */
    static byte[] finished(int version, byte[] master, boolean client, byte[] messages) {
        if (version == SSL3) {
            byte[] sender = ascii(client ? "CLNT" : "SRVR");
            return cat(padded("MD5", 48, master, messages, sender), padded("SHA-1", 40, master, messages, sender));
        }
        byte[] digest =
                version >= TLS12 ? hash("SHA-256", messages) : cat(hash("MD5", messages), hash("SHA-1", messages));
        return prf(version, master, client ? "client finished" : "server finished", digest, 12);
    }

    /** Hash(secret, pad2, Hash(data, secret, pad1)) with the secret behind the data, as Finished has it. */
    private static byte[] padded(String hash, int pad, byte[] secret, byte[] messages, byte[] sender) {
        return hash(hash, secret, filled(0x5c, pad), hash(hash, messages, sender, secret, filled(0x36, pad)));
    }

    static byte[] filled(int value, int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
