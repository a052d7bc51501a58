package org.hikyaku.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsClient;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CertificateStatusRequest;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsDHGroupVerifier;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Our side of one handshake: says what we offer, refuses nothing that can be judged afterwards, and takes down the
 * facts when all is settled.
 */
@SuppressWarnings("JdkObsolete") // The library's interface is made of Vector.
final class ClientPeer extends AbstractTlsClient {
    private final TlsClientOptions options;
    private final SessionCrypto crypto;
    private final Optional<String> sni;
    private final String server;

    private Optional<SessionFacts> facts = Optional.empty();
    private List<ChannelBinding> bindings = List.of();
    private boolean secureRenegotiation;
    private boolean helloReceived;
    private Optional<List<Certificate>> shown = Optional.empty();

    /** @param server names the server among the sessions kept */
    ClientPeer(TlsClientOptions options, SessionCrypto crypto, Optional<String> sni, String server) {
        super(crypto);
        this.options = options;
        this.crypto = crypto;
        this.sni = sni;
        this.server = server;
    }

    /** What was settled; empty until the handshake is complete. */
    Optional<SessionFacts> facts() {
        return facts;
    }

    /** What ties a login to the session; empty until the handshake is complete. */
    List<ChannelBinding> bindings() {
        return bindings;
    }

    /** True once a ServerHello has been accepted. */
    boolean helloReceived() {
        return helloReceived;
    }

    /** True when the server asked for a certificate and none was shown. */
    boolean showedNothing() {
        return shown.filter(List::isEmpty).isPresent();
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return UsualOffer.versions(options.min(), options.max());
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(getCrypto(), UsualOffer.suites(options));
    }

    @Override
    protected Vector<?> getSupportedGroups(@SuppressWarnings("rawtypes") Vector roles) {
        Vector<Integer> groups = new Vector<>();
        for (int group : UsualOffer.groups(options)) {
            if (crypto.supports(group)) {
                groups.add(group);
            }
        }
        return groups;
    }

    @Override
    public Vector<?> getEarlyKeyShareGroups() {
        return new Vector<>(UsualOffer.keyShares(options));
    }

    @Override
    protected Vector<?> getSupportedSignatureAlgorithms() {
        @SuppressWarnings("unchecked")
        Vector<Object> algorithms = TlsUtils.getDefaultSupportedSignatureAlgorithms(context);
        // SHA-1 last: servers that have nothing better are old, not absent, and the facts say what was used.
        for (short key : new short[] {SignatureAlgorithm.rsa, SignatureAlgorithm.ecdsa}) {
            SignatureAndHashAlgorithm sha1 = SignatureAndHashAlgorithm.getInstance(HashAlgorithm.sha1, key);
            if (!algorithms.contains(sha1)) {
                algorithms.add(sha1);
            }
        }
        return algorithms;
    }

    @Override
    protected @Nullable Vector<?> getSNIServerNames() {
        if (sni.isEmpty()) {
            return null;
        }
        byte[] name = sni.get().getBytes(StandardCharsets.US_ASCII);
        return TlsUtils.vectorOfOne(new ServerName(NameType.host_name, name));
    }

    @Override
    protected @Nullable Vector<?> getProtocolNames() {
        if (options.alpn().isEmpty()) {
            return null;
        }
        Vector<ProtocolName> names = new Vector<>();
        options.alpn().forEach(name -> names.add(ProtocolName.asUtf8Encoding(name)));
        return names;
    }

    @Override
    protected @Nullable CertificateStatusRequest getCertificateStatusRequest() {
        return null; // Neither DANE nor MTA-STS asks for revocation (RFC 7672 section 3.2, RFC 8461 section 4.2).
    }

    @Override
    public TlsDHGroupVerifier getDHGroupVerifier() {
        // Any prime of a size that can be computed with: many servers have one of their own.
        return group -> {
            BigInteger prime = group.getP();
            return prime.bitLength() >= UsualOffer.SMALLEST_DH_BITS && prime.bitLength() <= UsualOffer.LARGEST_DH_BITS;
        };
    }

    @Override
    public int getMaxCertificateChainLength() {
        return Integer.MAX_VALUE; // Bounded by our own limits, which have names.
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return Integer.MAX_VALUE; // HandshakeInput.HANDSHAKE bounds the sum of all messages.
    }

    @Override
    public boolean shouldCheckSigAlgOfPeerCerts() {
        return false; // Judged afterwards.
    }

    @Override
    public boolean requiresCloseNotify() {
        return false; // Many mail servers just hang up; SMTP has its own ends of everything.
    }

    @Override
    public void notifySecureRenegotiation(boolean secure) {
        secureRenegotiation = secure; // A fact, not a reason to end: we never renegotiate.
    }

    @Override
    public void notifySelectedCipherSuite(int suite) {
        helloReceived = true;
        crypto.suiteChosen();
        super.notifySelectedCipherSuite(suite);
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate certificate) throws IOException {
                SecurityParameters parameters = context.getSecurityParametersHandshake();
                if (TlsUtils.isTLSv13(parameters.getNegotiatedVersion())) {
                    log(KeyLog.CLIENT_HANDSHAKE, parameters, parameters.getTrafficSecretClient());
                    log(KeyLog.SERVER_HANDSHAKE, parameters, parameters.getTrafficSecretServer());
                }
            }

            @Override
            public @Nullable TlsCredentials getClientCredentials(CertificateRequest request) {
                Optional<TlsCredentials> credentials =
                        options.credential().flatMap(own -> answer(new OwnCredential(crypto, own), request));
                shown = Optional.of(
                        credentials.isPresent()
                                ? options.credential().orElseThrow().chain()
                                : List.of());
                // Null is an empty certificate message: mail servers that ask mostly go on without.
                return credentials.orElse(null);
            }
        };
    }

    /** Shows the certificate whoever its issuer is: the list of authorities is a hint, and servers leave it empty. */
    private Optional<TlsCredentials> answer(OwnCredential own, CertificateRequest request) {
        ProtocolVersion version = context.getSecurityParametersHandshake().getNegotiatedVersion();
        if (request.getCertificateTypes() != null) {
            short wanted = TlsUtils.getLegacyClientCertType(own.signatureAlgorithm());
            if (!contains(request.getCertificateTypes(), wanted)) {
                return Optional.empty();
            }
        }
        if (request.getSupportedSignatureAlgorithms() == null) {
            return Optional.of(own.signer(context, Optional.empty(), TlsUtils.EMPTY_BYTES));
        }
        byte[] requestContext =
                Optional.ofNullable(request.getCertificateRequestContext()).orElse(TlsUtils.EMPTY_BYTES);
        return own.scheme(OwnCredential.schemes(request.getSupportedSignatureAlgorithms()), version)
                .map(scheme -> own.signer(context, Optional.of(scheme), requestContext));
    }

    private static boolean contains(short[] types, short wanted) {
        for (short type : types) {
            if (type == wanted) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable TlsSession getSessionToResume() {
        return options.sessions().flatMap(kept -> kept.find(server)).orElse(null);
    }

    @Override
    public void notifyHandshakeComplete() throws IOException {
        super.notifyHandshakeComplete();
        SecurityParameters parameters = context.getSecurityParametersConnection();
        boolean tls13 = TlsUtils.isTLSv13(parameters.getNegotiatedVersion());
        if (tls13) {
            log(KeyLog.CLIENT_TRAFFIC, parameters, parameters.getTrafficSecretClient());
            log(KeyLog.SERVER_TRAFFIC, parameters, parameters.getTrafficSecretServer());
            log(KeyLog.EXPORTER, parameters, parameters.getExporterMasterSecret());
        } else {
            log(KeyLog.MASTER_SECRET, parameters, parameters.getMasterSecret());
            TlsSession session = context.getSession();
            if (session != null && session.isResumable()) {
                options.sessions().ifPresent(kept -> kept.keep(server, session));
            }
        }
        int suite = parameters.getCipherSuite();
        facts = Optional.of(new SessionFacts(
                version(parameters.getNegotiatedVersion()),
                CipherSuite.registry().name(suite),
                suite,
                CipherSuite.registry().find(suite).map(CipherSuite::bits).orElse(0),
                tls13 ? Optional.of(NamedGroup.registry().name(parameters.getNegotiatedGroup())) : crypto.lastGroup(),
                crypto.signatureScheme(),
                crypto.chain(),
                sni,
                Optional.ofNullable(parameters.getApplicationProtocol()).map(ProtocolName::getUtf8Decoding),
                parameters.isResumedSession(),
                tls13 || parameters.isExtendedMasterSecret(),
                tls13 || secureRenegotiation,
                shown));
        bindings = SessionBindings.of(context, parameters, tls13, crypto.chain());
    }

    private void log(String label, SecurityParameters parameters, TlsSecret secret) throws IOException {
        if (options.keyLog().isPresent()) {
            byte[] copy = getCrypto().adoptSecret(secret).extract();
            options.keyLog().get().secret(label, parameters.getClientRandom(), copy);
        }
    }

    static TlsVersion version(ProtocolVersion version) {
        for (TlsVersion known : TlsVersion.values()) {
            if (known.code() == version.getFullVersion()) {
                return known;
            }
        }
        throw new IllegalStateException("only versions that were offered are chosen, not " + version);
    }
}
