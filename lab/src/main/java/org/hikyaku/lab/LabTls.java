package org.hikyaku.lab;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsServerProtocol;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.jspecify.annotations.Nullable;

/**
 * TLS for the lab's servers. By the JDK's own implementation, so that our client meets one that shares no code with it;
 * TLS 1.0, which the JDK no longer speaks, by BouncyCastle.
 */
final class LabTls {

    /** A session inside TLS. */
    record Inside(String version, InputStream input, OutputStream output) {}

    private final Credential credential;
    private final Lazy<SSLContext> context = new Lazy<>(this::newContext);

    LabTls(Credential credential) {
        this.credential = credential;
    }

    /** Handshake as the server, TLS 1.2 or 1.3. Nothing of the handshake may have been read from the socket. */
    Inside accept(Socket socket) throws IOException {
        SSLSocket inside = (SSLSocket) context.get().getSocketFactory().createSocket(socket, null, true);
        inside.startHandshake();
        return new Inside(inside.getSession().getProtocol(), inside.getInputStream(), inside.getOutputStream());
    }

    /** Handshake as a server that knows TLS 1.0 and nothing newer. */
    Inside acceptTls10(Socket socket) throws IOException {
        BcTlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
        TlsServerProtocol protocol = new TlsServerProtocol(socket.getInputStream(), socket.getOutputStream());
        protocol.accept(new OldServer(crypto, credential));
        return new Inside("TLSv1", protocol.getInputStream(), protocol.getOutputStream());
    }

    private SSLContext newContext() {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            X509Certificate[] chain = new X509Certificate[credential.chain().size()];
            for (int i = 0; i < chain.length; i++) {
                chain[i] = (X509Certificate) factory.generateCertificate(
                        new ByteArrayInputStream(credential.chain().get(i).der()));
            }
            SSLContext fresh = SSLContext.getInstance("TLS");
            fresh.init(new KeyManager[] {new OneKey(credential.key(), chain)}, new TrustManager[0], new SecureRandom());
            return fresh;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK has TLS and takes certificates that were just made", e);
        }
    }

    /** Always the same key and chain, in whatever order and however wrong; a key store would check it. */
    private static final class OneKey extends X509ExtendedKeyManager {
        private static final String ALIAS = "lab";

        private final PrivateKey key;
        private final X509Certificate[] chain;

        OneKey(PrivateKey key, X509Certificate[] chain) {
            this.key = key;
            this.chain = chain;
        }

        @Override
        public @Nullable String chooseServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return keyType.equals(key.getAlgorithm()) ? ALIAS : null;
        }

        @Override
        public @Nullable String chooseEngineServerAlias(
                String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
            return chooseServerAlias(keyType, issuers, null);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }

        @Override
        public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
            return new String[] {ALIAS};
        }

        @Override
        public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
            return null;
        }

        @Override
        public @Nullable String chooseClientAlias(
                String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
            return null;
        }
    }

    /** TLS 1.0 only, ECDHE with ECDSA and AES-CBC. */
    private static final class OldServer extends DefaultTlsServer {
        private final BcTlsCrypto crypto;
        private final Credential credential;

        OldServer(BcTlsCrypto crypto, Credential credential) {
            super(crypto);
            this.crypto = crypto;
            this.credential = credential;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.TLSv10.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA, CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA
            };
        }

        @Override
        protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
            List<Certificate> chain = credential.chain();
            TlsCertificate[] certificates = new TlsCertificate[chain.size()];
            for (int i = 0; i < certificates.length; i++) {
                certificates[i] = crypto.createCertificate(chain.get(i).der());
            }
            return new BcDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    crypto,
                    PrivateKeyFactory.createKey(credential.key().getEncoded()),
                    new org.bouncycastle.tls.Certificate(certificates),
                    null);
        }
    }
}
