package org.hikyaku.capture.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
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

    @SuppressWarnings("ArrayRecordComponent") // compared by hand
    private record Latest(byte[] der, Key key) {}

    private final Map<ByteBuffer, Key> known = new ConcurrentHashMap<>();

    /** Most captures are of one server, and to compare is cheaper than to hash. Any thread's will do. */
    private volatile Latest latest = new Latest(new byte[0], new Key(Optional.empty(), Optional.empty()));

    Key of(byte[] certificate) {
        Latest last = latest;
        if (certificate.length > 0 && Arrays.equals(certificate, last.der())) {
            return last.key();
        }
        Key key = lookUp(certificate);
        latest = new Latest(certificate, key);
        return key;
    }

    private Key lookUp(byte[] certificate) {
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
