package org.hikyaku.x509;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/**
 * A private key with the certificate for its public key and those that lead towards a root.
 *
 * @param key the private key. Secret.
 * @param chain the own certificate first; the root is not among them unless the own certificate is one
 */
public record Credential(PrivateKey key, List<Certificate> chain) {
    public Credential {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("a credential has at least its own certificate");
        }
    }

    public Certificate certificate() {
        return chain.getFirst();
    }

    /** The same key and certificate with another chain: for servers that send too few, too many, or in no order. */
    public Credential withChain(List<Certificate> other) {
        return new Credential(key, other);
    }

    /** The chain as PEM. */
    public String chainPem() {
        return Pem.encode(chain);
    }

    /** The private key as a PKCS#8 PEM block. Secret. */
    public String keyPem() {
        return Pem.encode(key);
    }

    /** Key and chain as a PKCS#12 file with the alias {@code key}. */
    public byte[] pkcs12(char[] password) {
        try {
            KeyStore store = keyStore(password);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            store.store(out, password);
            return out.toByteArray();
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a parsed chain can be written as PKCS#12", e);
        }
    }

    /** Key and chain as a key store in memory with the alias {@code key}, for the JDK's TLS. */
    public KeyStore keyStore(char[] password) {
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("key", key, password, jdkChain().toArray(X509Certificate[]::new));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("a parsed chain can be put into a key store", e);
        }
    }

    private List<X509Certificate> jdkChain() throws CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Certificate certificate : chain) {
            certificates.add((X509Certificate) CertificateFactory.getInstance("X.509")
                    .generateCertificate(new ByteArrayInputStream(certificate.der())));
        }
        return certificates;
    }

    /** Names the certificate only: the key is secret. */
    @Override
    public String toString() {
        return "credential of " + certificate().label();
    }
}
