package org.hikyaku.capture.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.SubjectKey;

/**
 * The RSA keys in servers' certificates. A server shows the same certificate again and again: each is read once. Safe for
 * several threads.
 */
final class ServerKeys {
    private static final int MOST = 1_000;

    /**
     * @param rsa the key, when it is RSA
     * @param problem why the certificate cannot be read
     */
    record Key(Optional<PublicKey> rsa, Optional<String> problem) {}

    private final Map<ByteBuffer, Key> known = new ConcurrentHashMap<>();

    Key of(byte[] certificate) {
        ByteBuffer der = ByteBuffer.wrap(certificate);
        Key key = known.get(der);
        if (key == null) {
            key = read(certificate);
            if (known.size() < MOST) {
                known.put(der, key);
            }
        }
        return key;
    }

    private static Key read(byte[] der) {
        try {
            Certificate certificate = Certificate.parse(der);
            return new Key(
                    certificate.key().algorithm() == SubjectKey.Algorithm.RSA
                            ? Optional.of(KeyFactory.getInstance("RSA")
                                    .generatePublic(new X509EncodedKeySpec(certificate.subjectPublicKeyInfo())))
                            : Optional.empty(),
                    Optional.empty());
        } catch (IOException | GeneralSecurityException e) {
            return new Key(Optional.empty(), Optional.of(String.valueOf(e.getMessage())));
        }
    }
}
