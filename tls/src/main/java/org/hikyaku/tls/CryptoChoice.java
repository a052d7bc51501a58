package org.hikyaku.tls;

import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.KeyGenerator;
import javax.crypto.Mac;
import javax.crypto.NoSuchPaddingException;
import org.bouncycastle.jcajce.util.DefaultJcaJceHelper;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.hikyaku.x509.SignatureVerifier;

/**
 * Who does which arithmetic in a TLS session: bulk ciphers, digests and key agreement by the JDK (its AES-GCM is thirty
 * times as fast as pure Java), signatures of RSA and ECDSA by Conscrypt where it loads, and BouncyCastle for what the
 * JDK lacks or does in another shape: ML-KEM, odd curves, and certificates that a strict parser would refuse.
 */
final class CryptoChoice extends DefaultJcaJceHelper {
    /** A provider is a table of thousands of names and constant: making one costs more than a handshake. */
    private static final Provider BOUNCY_CASTLE = new BouncyCastleProvider();

    private static final Optional<Provider> CONSCRYPT = SignatureVerifier.conscrypt();

    private final Provider bouncyCastle = BOUNCY_CASTLE;
    private final Optional<Provider> conscrypt = CONSCRYPT;

    /**
     * Whose cipher, MAC and so on was taken the first time. A session takes some thirty of them, and asking one provider after
     * the other each time costs more than what they do in a handshake.
     */
    private final Map<String, Provider> ciphers = new ConcurrentHashMap<>();

    private final Map<String, Provider> macs = new ConcurrentHashMap<>();
    private final Map<String, Provider> digests = new ConcurrentHashMap<>();
    private final Map<String, Provider> parameters = new ConcurrentHashMap<>();

    /** Who computes in native code, where that loads. */
    Optional<Provider> nativeProvider() {
        return conscrypt;
    }

    @Override
    public Signature createSignature(String algorithm) throws NoSuchAlgorithmException {
        String name = algorithm.toUpperCase(Locale.ROOT);
        if (conscrypt.isPresent() && (name.endsWith("WITHRSA") || name.endsWith("WITHECDSA"))) {
            try {
                return Signature.getInstance(algorithm, conscrypt.get());
            } catch (NoSuchAlgorithmException e) {
                // Conscrypt does not know this pair of digest and key; the others may.
            }
        }
        try {
            return super.createSignature(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return Signature.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public CertificateFactory createCertificateFactory(String type) throws CertificateException {
        return CertificateFactory.getInstance(type, bouncyCastle);
    }

    @Override
    public KeyPairGenerator createKeyPairGenerator(String algorithm) throws NoSuchAlgorithmException {
        if (isKem(algorithm)) {
            return KeyPairGenerator.getInstance(algorithm, bouncyCastle);
        }
        try {
            return super.createKeyPairGenerator(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return KeyPairGenerator.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public KeyFactory createKeyFactory(String algorithm) throws NoSuchAlgorithmException {
        if (isKem(algorithm)) {
            return KeyFactory.getInstance(algorithm, bouncyCastle);
        }
        try {
            return super.createKeyFactory(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return KeyFactory.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public KeyGenerator createKeyGenerator(String algorithm) throws NoSuchAlgorithmException {
        return isKem(algorithm)
                ? KeyGenerator.getInstance(algorithm, bouncyCastle)
                : super.createKeyGenerator(algorithm);
    }

    @Override
    public KeyAgreement createKeyAgreement(String algorithm) throws NoSuchAlgorithmException {
        try {
            return super.createKeyAgreement(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return KeyAgreement.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public AlgorithmParameters createAlgorithmParameters(String algorithm) throws NoSuchAlgorithmException {
        Provider known = parameters.get(algorithm);
        if (known != null) {
            return AlgorithmParameters.getInstance(algorithm, known);
        }
        AlgorithmParameters made;
        try {
            made = super.createAlgorithmParameters(algorithm);
        } catch (NoSuchAlgorithmException e) {
            made = AlgorithmParameters.getInstance(algorithm, bouncyCastle);
        }
        parameters.put(algorithm, made.getProvider());
        return made;
    }

    @Override
    @SuppressWarnings("deprecation") // The library still calls it.
    public MessageDigest createDigest(String algorithm) throws NoSuchAlgorithmException {
        return createMessageDigest(algorithm);
    }

    @Override
    public MessageDigest createMessageDigest(String algorithm) throws NoSuchAlgorithmException {
        Provider known = digests.get(algorithm);
        if (known != null) {
            return MessageDigest.getInstance(algorithm, known);
        }
        MessageDigest made = super.createMessageDigest(algorithm);
        digests.put(algorithm, made.getProvider());
        return made;
    }

    @Override
    public Cipher createCipher(String algorithm) throws NoSuchAlgorithmException, NoSuchPaddingException {
        Provider known = ciphers.get(algorithm);
        if (known != null) {
            return Cipher.getInstance(algorithm, known);
        }
        Cipher made;
        try {
            made = super.createCipher(algorithm);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            made = Cipher.getInstance(algorithm, bouncyCastle);
        }
        if (isSymmetric(algorithm)) {
            ciphers.put(algorithm, made.getProvider());
        }
        return made;
    }

    /** Keys of these are bytes, which every provider takes; keys of others may be of another provider's making. */
    private static boolean isSymmetric(String algorithm) {
        return algorithm.startsWith("AES/") || algorithm.startsWith("ChaCha20");
    }

    @Override
    public Mac createMac(String algorithm) throws NoSuchAlgorithmException {
        Provider known = macs.get(algorithm);
        if (known != null) {
            return Mac.getInstance(algorithm, known);
        }
        Mac made;
        try {
            made = super.createMac(algorithm);
        } catch (NoSuchAlgorithmException e) {
            made = Mac.getInstance(algorithm, bouncyCastle);
        }
        macs.put(algorithm, made.getProvider());
        return made;
    }

    private static boolean isKem(String algorithm) {
        return algorithm.startsWith("ML-KEM");
    }
}
