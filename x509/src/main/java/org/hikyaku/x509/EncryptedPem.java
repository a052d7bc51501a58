package org.hikyaku.x509;

import java.io.IOException;
import java.io.StringReader;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcePKCSPBEInputDecryptorProviderBuilder;

/**
 * Private keys in PEM under a password: PKCS#8 (RFC 7468 section 11, with the schemes of RFC 8018 and scrypt), and the older
 * form of OpenSSL, which has headers in the manner of RFC 1421 section 4.6.
 */
final class EncryptedPem {
    private EncryptedPem() {}

    /**
     * The first private key of a text.
     *
     * @param source what to call the text in errors
     */
    static PrivateKeyInfo privateKey(String text, String source, char[] password) throws CertificateFormatException {
        BouncyCastleProvider provider = new BouncyCastleProvider();
        try (PEMParser parser = new PEMParser(new StringReader(text))) {
            for (Object object = parser.readObject(); object != null; object = parser.readObject()) {
                if (object instanceof PKCS8EncryptedPrivateKeyInfo key) {
                    return key.decryptPrivateKeyInfo(new JcePKCSPBEInputDecryptorProviderBuilder()
                            .setProvider(provider)
                            .build(password));
                }
                if (object instanceof PEMEncryptedKeyPair pair) {
                    return pair.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                    .setProvider(provider)
                                    .build(password))
                            .getPrivateKeyInfo();
                }
            }
        } catch (PKCSException e) {
            // The causes are left out on purpose, here and below: they may quote bytes of the key.
            if (e.getCause() instanceof OperatorCreationException) {
                throw new CertificateFormatException(
                        source + ": the private key is encrypted in a way that is not known");
            }
            throw wrong(source);
        } catch (IOException | RuntimeException | StackOverflowError e) {
            throw wrong(source); // under a wrong password the rest is noise that may look like a key at first
        }
        throw new CertificateFormatException(source + ": no encrypted private key found");
    }

    private static CertificateFormatException wrong(String source) {
        return new CertificateFormatException(source + ": the password is wrong, or the encrypted key is damaged");
    }
}
