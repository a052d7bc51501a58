package org.hikyaku.x509;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.hikyaku.net.Limit;

/** PKCS#12 files (RFC 7292), in which mail programs take a key with its certificates. */
public final class Pkcs12 {
    /** A key and a chain have some thousands. */
    public static final Limit FILE_SIZE = new Limit("bytes in a PKCS#12 file", 4 * 1024 * 1024);

    private Pkcs12() {}

    /** The first key of a file with its chain. */
    public static Credential read(Path file, char[] password) throws IOException {
        KeyStore store = load(file, password);
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificateChain(alias) != null
                        && store.getKey(alias, password) instanceof PrivateKey key) {
                    List<Certificate> chain = new ArrayList<>();
                    for (java.security.cert.Certificate certificate : store.getCertificateChain(alias)) {
                        chain.add(Certificate.parse(certificate.getEncoded()));
                    }
                    return new Credential(key, chain);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateFormatException(file + ": the key in it cannot be read: " + e.getMessage(), e);
        }
        throw new CertificateFormatException(file + " holds no private key");
    }

    /** All private keys of a file, those without a certificate too. */
    public static List<PrivateKey> privateKeys(Path file, char[] password) throws IOException {
        KeyStore store = load(file, password);
        List<PrivateKey> keys = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias) && store.getKey(alias, password) instanceof PrivateKey key) {
                    keys.add(key);
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateFormatException(file + ": the key in it cannot be read: " + e.getMessage(), e);
        }
        if (keys.isEmpty()) {
            throw new CertificateFormatException(file + " holds no private key");
        }
        return List.copyOf(keys);
    }

    /** All certificates of a file, those of keys first. */
    public static List<Certificate> certificates(Path file, char[] password) throws IOException {
        KeyStore store = load(file, password);
        List<Certificate> all = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                java.security.cert.Certificate[] chain = store.getCertificateChain(alias) != null
                        ? store.getCertificateChain(alias)
                        : new java.security.cert.Certificate[] {store.getCertificate(alias)};
                for (java.security.cert.Certificate certificate : chain) {
                    Certificate parsed = Certificate.parse(certificate.getEncoded());
                    if (!all.contains(parsed)) {
                        all.add(parsed);
                    }
                }
            }
        } catch (GeneralSecurityException e) {
            throw new CertificateFormatException(file + " cannot be read: " + e.getMessage(), e);
        }
        return List.copyOf(all);
    }

    private static KeyStore load(Path file, char[] password) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes((int) FILE_SIZE.value() + 1);
        }
        FILE_SIZE.check(bytes.length);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (GeneralSecurityException e) {
            throw new CertificateFormatException(file + " cannot be read: " + e.getMessage(), e);
        } catch (IOException e) {
            if (e.getCause() instanceof GeneralSecurityException) {
                throw new CertificateFormatException(file + ": the password is wrong", e);
            }
            throw new CertificateFormatException(file + " is no PKCS#12 file", e);
        }
    }
}
