package org.hikyaku.tls;

import java.security.AlgorithmParameters;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.Locale;
import java.util.Optional;
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
    private final Provider bouncyCastle = new BouncyCastleProvider();
    private final Optional<Provider> conscrypt = SignatureVerifier.conscrypt();

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
        try {
            return super.createAlgorithmParameters(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return AlgorithmParameters.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public Cipher createCipher(String algorithm) throws NoSuchAlgorithmException, NoSuchPaddingException {
        try {
            return super.createCipher(algorithm);
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            return Cipher.getInstance(algorithm, bouncyCastle);
        }
    }

    @Override
    public Mac createMac(String algorithm) throws NoSuchAlgorithmException {
        try {
            return super.createMac(algorithm);
        } catch (NoSuchAlgorithmException e) {
            return Mac.getInstance(algorithm, bouncyCastle);
        }
    }

    private static boolean isKem(String algorithm) {
        return algorithm.startsWith("ML-KEM");
    }
}
