package org.hikyaku.capture.tls;

import java.security.interfaces.RSAPrivateKey;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decrypts premaster secrets with one RSA key, in the padding of PKCS #1 v1.5 (RFC 8017 section 7.2.2). It is the one step of a
 * session with RSA key exchange that costs more than all others together. Safe for several threads.
 */
interface RsaDecryption {

    /** Empty when it was not encrypted for this key. */
    Optional<byte[]> decrypt(byte[] encrypted);

    /** The fastest that there is here for this key: the machine's OpenSSL, else Conscrypt, else the JDK. */
    static RsaDecryption of(RSAPrivateKey key) {
        return OpenSslRsa.of(key).orElseGet(() -> new JcaRsa(key));
    }

    /** RFC 8017 section 7.2.2: 0, 2, at least eight bytes other than 0, a 0, the message. */
    static Optional<byte[]> unpadded(byte[] block) {
        if (block.length < 11 || block[0] != 0 || block[1] != 2) {
            return Optional.empty();
        }
        int end = 2;
        while (end < block.length && block[end] != 0) {
            end++;
        }
        return end < 10 || end == block.length
                ? Optional.empty()
                : Optional.of(Arrays.copyOfRange(block, end + 1, block.length));
    }
}
