package org.hikyaku.x509;

import java.io.IOException;
import java.security.PrivateKey;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.params.Ed448PrivateKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/** The public half of a private key. */
public final class PublicKeys {
    private PublicKeys() {}

    /**
     * The SubjectPublicKeyInfo in DER that belongs to a private key: RSA, EC, Ed25519 or Ed448.
     *
     * @throws CertificateFormatException for other kinds of key, and for an RSA key without its public exponent
     */
    public static byte[] of(PrivateKey key) throws CertificateFormatException {
        try {
            return SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(
                            publicHalf(PrivateKeyFactory.createKey(key.getEncoded())))
                    .getEncoded();
        } catch (CertificateFormatException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The cause is left out on purpose: it may quote bytes of the key.
            throw new CertificateFormatException("the private key of kind " + key.getAlgorithm() + " cannot be read");
        }
    }

    private static AsymmetricKeyParameter publicHalf(AsymmetricKeyParameter key) throws CertificateFormatException {
        return switch (key) {
            case RSAPrivateCrtKeyParameters rsa ->
                new RSAKeyParameters(false, rsa.getModulus(), rsa.getPublicExponent());
            case ECPrivateKeyParameters ec ->
                new ECPublicKeyParameters(
                        new FixedPointCombMultiplier()
                                .multiply(ec.getParameters().getG(), ec.getD()),
                        ec.getParameters());
            case Ed25519PrivateKeyParameters ed -> ed.generatePublicKey();
            case Ed448PrivateKeyParameters ed -> ed.generatePublicKey();
            default ->
                throw new CertificateFormatException(
                        "the public key cannot be derived from a private key of this kind; give its certificate");
        };
    }
}
