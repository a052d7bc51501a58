package org.hikyaku.capture.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.interfaces.RSAPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import javax.crypto.Cipher;
import org.hikyaku.x509.SignatureVerifier;

/** RSA by Conscrypt where its native library loads, else by the JDK. */
final class JcaRsa implements RsaDecryption {
    private final Optional<Provider> conscrypt = SignatureVerifier.conscrypt();
    private final PrivateKey key;

    JcaRsa(RSAPrivateKey key) {
        this.key = conscrypt.isPresent() ? conscrypts(key, conscrypt.get()) : key;
    }

    /** Conscrypt prepares its arithmetic once for a key of its own, but for each session with a key of the JDK's. */
    private static PrivateKey conscrypts(RSAPrivateKey key, Provider provider) {
        try {
            return KeyFactory.getInstance("RSA", provider).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            return key; // each use translates it
        }
    }

    @Override
    public Optional<byte[]> decrypt(byte[] encrypted) {
        try {
            Cipher cipher = conscrypt.isPresent()
                    ? Cipher.getInstance("RSA/ECB/PKCS1Padding", conscrypt.get())
                    : Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.DECRYPT_MODE, key);
            return Optional.of(cipher.doFinal(encrypted));
        } catch (GeneralSecurityException e) {
            return Optional.empty(); // not encrypted for this key
        } catch (RuntimeException e) {
            return Optional.empty(); // providers throw these for ciphertext of a wrong length
        }
    }
}
