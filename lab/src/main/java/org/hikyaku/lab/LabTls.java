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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
import org.hikyaku.net.Deadline;
import org.hikyaku.tls.HandshakeFailedException;
import org.hikyaku.tls.KeyLog;
import org.hikyaku.tls.TlsServer;
import org.hikyaku.tls.TlsServerOptions;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.TlsSession;
import org.hikyaku.tls.TlsVersion;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.jspecify.annotations.Nullable;

/**
 * TLS for the lab's servers. In tests by the JDK's own implementation, so that our client meets one that shares no code
 * with it; TLS 1.0, which the JDK no longer speaks, by BouncyCastle. Served to other people's software, by Hikyaku's own
 * server, which knows the facts and secrets of its sessions.
 */
final class LabTls {

    private static final Duration HANDSHAKE = Duration.ofSeconds(30);

    /** A session inside TLS. */
    record Inside(TlsVersion version, InputStream input, OutputStream output) {}

    private final Credential credential;
    private final Optional<KeyLog> keyLog;
    private final boolean asksCertificate;
    private final Lazy<SSLContext> context = new Lazy<>(this::newContext);
    private final Lazy<TlsServer> own = new Lazy<>(() -> ownServer(TlsVersion.TLSV1_2, TlsVersion.TLSV1_3));
    private final Lazy<TlsServer> ownOld = new Lazy<>(() -> ownServer(TlsVersion.TLSV1_0, TlsVersion.TLSV1_0));

    /**
     * TLS for one server.
     *
     * @param keyLog when present, Hikyaku's own implementation is used, and tells its secrets there
     * @param asksCertificate whether clients are asked for a certificate; only the own implementation does that
     */
    LabTls(Credential credential, Optional<KeyLog> keyLog, boolean asksCertificate) {
        this.credential = credential;
        this.keyLog = keyLog;
        this.asksCertificate = asksCertificate;
    }

    /** Handshake as the server, TLS 1.2 or 1.3. Nothing of the handshake may have been read from the client. */
    Inside accept(Guest guest) throws IOException {
        return keyLog.isPresent() ? acceptOwn(guest, own.get()) : acceptJdk(guest.socket());
    }

    /** Handshake as a server that knows TLS 1.0 and nothing newer. */
    Inside acceptTls10(Guest guest) throws IOException {
        return keyLog.isPresent() ? acceptOwn(guest, ownOld.get()) : acceptBouncyCastle(guest.socket());
    }

    private static Inside acceptOwn(Guest guest, TlsServer server) throws IOException {
        try {
            TlsSession session = server.handshake(guest.connection(), Deadline.after(HANDSHAKE));
            guest.visit().handshake(session.facts());
            session.within(Deadline.after(LabPort.PATIENCE));
            return new Inside(session.facts().version(), session.input(), session.output());
        } catch (HandshakeFailedException e) {
            guest.visit().failed(e.failure());
            throw e;
        }
    }

    private TlsServer ownServer(TlsVersion oldest, TlsVersion newest) {
        TlsServerOptions options =
                TlsServerOptions.of(credential).withVersions(oldest, newest).withKeyLog(keyLog.orElseThrow());
        return new TlsServer(
                asksCertificate ? options.withClientCertificate(ClientCertificate.ASKED) : options, new SecureRandom());
    }

    private Inside acceptJdk(Socket socket) throws IOException {
        SSLSocket inside = (SSLSocket) context.get().getSocketFactory().createSocket(socket, null, true);
        inside.startHandshake();
        TlsVersion version =
                inside.getSession().getProtocol().equals("TLSv1.3") ? TlsVersion.TLSV1_3 : TlsVersion.TLSV1_2;
        return new Inside(version, inside.getInputStream(), inside.getOutputStream());
    }

    private Inside acceptBouncyCastle(Socket socket) throws IOException {
        BcTlsCrypto crypto = new BcTlsCrypto(new SecureRandom());
        TlsServerProtocol protocol = new TlsServerProtocol(socket.getInputStream(), socket.getOutputStream());
        protocol.accept(new OldServer(crypto, credential));
        return new Inside(TlsVersion.TLSV1_0, protocol.getInputStream(), protocol.getOutputStream());
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
