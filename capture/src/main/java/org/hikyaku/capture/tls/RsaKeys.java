package org.hikyaku.capture.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.interfaces.RSAPrivateKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.crypto.Cipher;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Pem;
import org.hikyaku.x509.SignatureVerifier;

/** Private RSA keys of servers: they open the premaster secret of sessions whose key exchange is RSA (RFC 5246 section 7.4.7.1). */
public final class RsaKeys {
    /** @param decrypting the same key, as the one who decrypts with it likes it best */
    private record Entry(RSAPrivateKey key, PrivateKey decrypting, String name) {}

    private final List<Entry> keys = new CopyOnWriteArrayList<>();
    private final Optional<Provider> conscrypt = SignatureVerifier.conscrypt();

    /**
     * Takes the key of a PEM file.
     *
     * @throws IOException when there is no RSA key in it
     */
    public void add(Path file) throws IOException {
        PrivateKey key = Pem.privateKey(file);
        if (!(key instanceof RSAPrivateKey rsa)) {
            throw new IOException(file + " holds a key of type " + key.getAlgorithm()
                    + ": only RSA keys decrypt, since no other key exchange sends the secret under the server's key");
        }
        keys.add(new Entry(rsa, decrypting(rsa), String.valueOf(file.getFileName())));
    }

    /** Conscrypt prepares its arithmetic once for a key of its own, but for each session with a key of the JDK's. */
    private PrivateKey decrypting(RSAPrivateKey key) throws IOException {
        if (conscrypt.isEmpty()) {
            return key;
        }
        try {
            return KeyFactory.getInstance("RSA", conscrypt.get())
                    .generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
        } catch (GeneralSecurityException e) {
            throw new IOException("the RSA key cannot be used: " + e.getMessage(), e);
        }
    }

    public boolean given() {
        return !keys.isEmpty();
    }

    /** Names of the key files, for sentences. */
    String names() {
        return String.join(", ", keys.stream().map(Entry::name).toList());
    }

    /** Whether one of the keys belongs to this certificate's key. */
    boolean has(PublicKey publicKey) {
        return publicKey instanceof RSAPublicKey rsa && find(rsa.getModulus()).isPresent();
    }

    private Optional<Entry> find(BigInteger modulus) {
        return keys.stream()
                .filter(entry -> entry.key().getModulus().equals(modulus))
                .findFirst();
    }

    /**
     * Decrypts the premaster secret of a ClientKeyExchange.
     *
     * @param modulus of the certificate's key, where it was seen; else every key is tried
     * @param exchange the message's body
     */
    Optional<Secret> premaster(Optional<BigInteger> modulus, TlsVersion version, byte[] exchange) {
        byte[] encrypted = exchange;
        // SSLv3 sends no length (RFC 6101 section 5.6.7), TLS does.
        if (version != TlsVersion.SSLV3 && exchange.length > 2) {
            int length = (exchange[0] & 0xff) << 8 | exchange[1] & 0xff;
            if (length == exchange.length - 2) {
                encrypted = Arrays.copyOfRange(exchange, 2, exchange.length);
            }
        }
        for (Entry entry : keys) {
            if (modulus.isEmpty() || entry.key().getModulus().equals(modulus.get())) {
                Optional<byte[]> plain = decrypt(entry.decrypting(), encrypted);
                if (plain.isPresent()) {
                    return Optional.of(new Secret(plain.get(), entry.name(), 0));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<byte[]> decrypt(PrivateKey key, byte[] encrypted) {
        try {
            Cipher cipher = conscrypt.isPresent()
                    ? Cipher.getInstance("RSA/ECB/PKCS1Padding", conscrypt.get())
                    : Cipher.getInstance("RSA/ECB/PKCS1Padding");
            cipher.init(Cipher.DECRYPT_MODE, key);
            byte[] plain = cipher.doFinal(encrypted);
            return plain.length == 48 ? Optional.of(plain) : Optional.empty();
        } catch (GeneralSecurityException e) {
            return Optional.empty(); // not encrypted for this key
        } catch (RuntimeException e) {
            return Optional.empty(); // providers throw these for ciphertext of a wrong length
        }
    }
}
