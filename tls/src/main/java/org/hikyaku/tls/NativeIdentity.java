package org.hikyaku.tls;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509TrustManager;
import org.bouncycastle.tls.SignatureScheme;
import org.conscrypt.BufferAllocator;
import org.conscrypt.Conscrypt;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.SubjectKey;
import org.jspecify.annotations.Nullable;

/**
 * One of our keys with its chain in the native library's hands. Each has tickets of its own, with keys that the library makes,
 * keeps in memory and changes every second day: a new certificate ends what can be resumed.
 *
 * @param scheme the one way in which it signs in TLS 1.3
 */
record NativeIdentity(Credential credential, int scheme, String suite12, SSLContext context) {
    private static final String[] VERSIONS = {"TLSv1.3"};
    private static final String[] GROUPS = {"X25519MLKEM768", "X25519", "P-256", "P-384"};
    private static final String ALIAS = "own";

    /** Of a credential; empty where the native library may not want it, or has a choice how to sign. */
    static Optional<NativeIdentity> of(Provider provider, Credential credential) {
        SubjectKey key = credential.certificate().key();
        return switch (key.algorithm()) {
            case EC ->
                switch (key.bits()) {
                    case 256 ->
                        of(provider, credential, "EC", SignatureScheme.ecdsa_secp256r1_sha256, "TLS_ECDHE_ECDSA");
                    case 384 ->
                        of(provider, credential, "EC", SignatureScheme.ecdsa_secp384r1_sha384, "TLS_ECDHE_ECDSA");
                    default -> Optional.empty();
                };
            case RSA -> of(provider, credential, "RSA", SignatureScheme.rsa_pss_rsae_sha256, "TLS_ECDHE_RSA");
            case RSA_PSS, ED25519, ED448, DSA, ML_DSA, OTHER -> Optional.empty();
        };
    }

    private static Optional<NativeIdentity> of(
            Provider provider, Credential credential, String kind, int scheme, String suites) {
        try {
            PrivateKey key = KeyFactory.getInstance(kind, provider)
                    .generatePrivate(new PKCS8EncodedKeySpec(credential.key().getEncoded()));
            SSLContext context = SSLContext.getInstance("TLSv1.3", provider);
            context.init(
                    new KeyManager[] {new OwnKey(key, chain(credential))},
                    new TrustManager[] {new NobodyAsked()},
                    null);
            // Tickets hold the whole state; nothing is looked up here.
            context.getServerSessionContext().setSessionCacheSize(1);
            return Optional.of(new NativeIdentity(credential, scheme, suites + "_WITH_AES_128_GCM_SHA256", context));
        } catch (GeneralSecurityException | RuntimeException e) {
            return Optional.empty(); // A key or certificate so odd that only the other library reads it.
        }
    }

    private static X509Certificate[] chain(Credential credential) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate[] chain = new X509Certificate[credential.chain().size()];
        int i = 0;
        for (Certificate certificate : credential.chain()) {
            chain[i++] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(certificate.der()));
        }
        return chain;
    }

    /** An engine for one session as the server. */
    SSLEngine engine(BufferAllocator buffers, boolean tickets) {
        SSLEngine engine = context.createSSLEngine();
        engine.setUseClientMode(false);
        engine.setEnabledProtocols(VERSIONS);
        // Suites of TLS 1.3 cannot be chosen; by the older one the library knows which kind of key to ask for.
        engine.setEnabledCipherSuites(new String[] {"TLS_AES_128_GCM_SHA256", suite12});
        javax.net.ssl.SSLParameters parameters = engine.getSSLParameters();
        parameters.setNamedGroups(GROUPS);
        engine.setSSLParameters(parameters);
        Conscrypt.setBufferAllocator(engine, buffers);
        Conscrypt.setUseSessionTickets(engine, tickets);
        return engine;
    }

    /** Hands out one key. */
    private static final class OwnKey extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final X509Certificate[] chain;

        OwnKey(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[0];
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return ALIAS;
        }

        @Override
        public String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return ALIAS;
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }

    /** No client is asked for a certificate here. */
    private static final class NobodyAsked implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("no certificate was asked for");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw new CertificateException("this is a server");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
