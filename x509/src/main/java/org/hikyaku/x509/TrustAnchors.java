package org.hikyaku.x509;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.hikyaku.net.Limit;

/**
 * The certificates, or bare keys, that are trusted beforehand. An anchor need not be a self-signed root: under DANE-TA
 * it may be an intermediate, a private authority, or only a key (D12, D14).
 */
public final class TrustAnchors {
    /** The public Web PKI has about 150. */
    public static final Limit COUNT = new Limit("trust anchors in a file", 2000);

    private static final Path DEBIAN = Path.of("/etc/ssl/certs/ca-certificates.crt");

    private final List<Certificate> certificates;
    private final List<byte[]> keys;
    private final Map<X500Name, List<Certificate>> bySubject = new HashMap<>();

    private TrustAnchors(List<Certificate> certificates, List<byte[]> keys) {
        this.certificates = List.copyOf(certificates);
        this.keys = keys.stream().map(byte[]::clone).toList();
        for (Certificate certificate : certificates) {
            bySubject
                    .computeIfAbsent(certificate.holder().getSubject(), s -> new ArrayList<>())
                    .add(certificate);
        }
    }

    /** Trusts these certificates. */
    public static TrustAnchors of(List<Certificate> certificates) {
        return new TrustAnchors(certificates, List.of());
    }

    /** Trusts whatever these keys have signed (D14, a TLSA {@code 2 1 0} record). SubjectPublicKeyInfo in DER each. */
    public static TrustAnchors ofKeys(List<byte[]> subjectPublicKeyInfos) {
        return new TrustAnchors(List.of(), subjectPublicKeyInfos);
    }

    /** Trusts nobody. */
    public static TrustAnchors none() {
        return of(List.of());
    }

    /** Trusts every certificate of a PEM file; a file without any is an error. */
    public static TrustAnchors ofPem(Path file) throws IOException {
        List<Certificate> certificates = Pem.certificates(file, COUNT);
        if (certificates.isEmpty()) {
            throw new CertificateFormatException(
                    file + " holds no certificate; a file of trust anchors has blocks of -----BEGIN CERTIFICATE-----");
        }
        return of(certificates);
    }

    /** The roots that the administrator of this machine trusts: Debian's bundle, or else those of the JDK. */
    public static TrustAnchors system() throws IOException {
        if (Files.isReadable(DEBIAN) && Files.size(DEBIAN) > 0) {
            return ofPem(DEBIAN);
        }
        return ofKeyStore(Path.of(System.getProperty("java.home"), "lib", "security", "cacerts"));
    }

    private static TrustAnchors ofKeyStore(Path file) throws IOException {
        List<Certificate> certificates = new ArrayList<>();
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(in, null);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isCertificateEntry(alias)) {
                    certificates.add(
                            Certificate.parse(store.getCertificate(alias).getEncoded()));
                }
            }
        } catch (GeneralSecurityException e) {
            throw new IOException("the JDK's trust anchors in " + file + " cannot be read: " + e.getMessage(), e);
        }
        return of(certificates);
    }

    public List<Certificate> certificates() {
        return certificates;
    }

    boolean isEmpty() {
        return certificates.isEmpty() && keys.isEmpty();
    }

    boolean contains(Certificate certificate) {
        return named(certificate.holder().getSubject()).contains(certificate);
    }

    List<Certificate> named(X500Name subject) {
        return bySubject.getOrDefault(subject, List.of());
    }

    List<byte[]> keys() {
        return keys;
    }
}
