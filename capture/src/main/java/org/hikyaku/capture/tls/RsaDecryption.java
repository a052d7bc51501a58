package org.hikyaku.capture.tls;

import java.security.interfaces.RSAPrivateKey;
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
}
