package org.hikyaku.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.tls.AbstractTlsServer;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.KeyExchangeAlgorithm;
import org.bouncycastle.tls.NameType;
import org.bouncycastle.tls.ProtocolName;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SecurityParameters;
import org.bouncycastle.tls.ServerName;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSession;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.hikyaku.tls.TlsServerOptions.ClientCertificate;
import org.hikyaku.tls.wire.CipherSuite;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.SubjectKey;
import org.jspecify.annotations.Nullable;

/** Our side of one handshake as the server: takes what the options say, and takes down the facts when all is settled. */
@SuppressWarnings("JdkObsolete") // The library's interface is made of Vector.
final class ServerPeer extends AbstractTlsServer {
    private static final int SESSION_ID = 32;

    private final TlsServerOptions options;
    private final SessionCrypto crypto;

    private Optional<SessionFacts> facts = Optional.empty();
    private Optional<Credential> shown = Optional.empty();
    private Optional<String> signatureScheme = Optional.empty();
    private List<ChannelBinding> bindings = List.of();
    private boolean clientAsked;
    private boolean helloSent;

    ServerPeer(TlsServerOptions options, SessionCrypto crypto) {
        super(crypto);
        this.options = options;
        this.crypto = crypto;
    }

    /** What was settled; empty until the handshake is complete. */
    Optional<SessionFacts> facts() {
        return facts;
    }

    /** What ties a login to this session; none until the handshake is complete. */
    List<ChannelBinding> bindings() {
        return bindings;
    }

    /** True once a suite has been chosen. */
    boolean helloSent() {
        return helloSent;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return UsualOffer.versions(options.min(), options.max());
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return crypto.suites(() -> TlsUtils.getSupportedCipherSuites(
                        getCrypto(),
                        options.suites().isEmpty()
                                ? UsualOffer.suites(options.min(), options.max())
                                : UsualOffer.codes(options.suites())))
                .clone();
    }

    @Override
    protected boolean preferLocalCipherSuites() {
        return true;
    }

    @Override
    public boolean preferLocalSupportedGroups() {
        return true;
    }

    @Override
    public int[] getSupportedGroups() {
        List<Integer> wanted = options.groups().isEmpty()
                ? UsualOffer.groups(true, options.max())
                : options.groups().stream().map(NamedGroup::code).toList();
        return wanted.stream()
                .mapToInt(Integer::intValue)
                .filter(crypto::supports)
                .toArray();
    }

    /** Only suites for which a key of ours fits: RSA keys do not sign for ECDSA suites, nor the other way round. */
    @Override
    protected boolean selectCipherSuite(int suite) throws IOException {
        boolean fits = TlsUtils.isTLSv13(version())
                ? signing().isPresent()
                : switch (TlsUtils.getKeyExchangeAlgorithm(suite)) {
                    case KeyExchangeAlgorithm.RSA ->
                        withKey(SubjectKey.Algorithm.RSA).isPresent();
                    case KeyExchangeAlgorithm.DHE_RSA, KeyExchangeAlgorithm.ECDHE_RSA ->
                        signing(SubjectKey.Algorithm.RSA, SubjectKey.Algorithm.RSA_PSS)
                                .isPresent();
                    case KeyExchangeAlgorithm.ECDHE_ECDSA ->
                        signing(SubjectKey.Algorithm.EC, SubjectKey.Algorithm.ED25519, SubjectKey.Algorithm.ED448)
                                .isPresent();
                    case KeyExchangeAlgorithm.DH_anon, KeyExchangeAlgorithm.ECDH_anon -> true;
                    default -> false;
                };
        return fits && super.selectCipherSuite(suite);
    }

    @Override
    protected String getDetailMessageNoCipherSuite() {
        return "no suite, group or signature algorithm in common with the client";
    }

    @Override
    public int getSelectedCipherSuite() throws IOException {
        int suite = super.getSelectedCipherSuite();
        crypto.suiteChosen();
        helloSent = true;
        return suite;
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
    public @Nullable TlsCredentials getCredentials() throws IOException {
        SecurityParameters parameters = context.getSecurityParametersHandshake();
        boolean tls13 = TlsUtils.isTLSv13(version());
        if (tls13) {
            log(KeyLog.CLIENT_HANDSHAKE, parameters, parameters.getTrafficSecretClient());
            log(KeyLog.SERVER_HANDSHAKE, parameters, parameters.getTrafficSecretServer());
            return sign(signing());
        }
        return switch (parameters.getKeyExchangeAlgorithm()) {
            case KeyExchangeAlgorithm.RSA -> {
                Credential credential = withKey(SubjectKey.Algorithm.RSA)
                        .orElseThrow(() -> new TlsFatalAlert(AlertDescription.internal_error));
                shown = Optional.of(credential);
                yield new OwnCredential(crypto, credential).decryptor(context);
            }
            case KeyExchangeAlgorithm.ECDHE_ECDSA ->
                sign(signing(SubjectKey.Algorithm.EC, SubjectKey.Algorithm.ED25519, SubjectKey.Algorithm.ED448));
            default -> sign(signing(SubjectKey.Algorithm.RSA, SubjectKey.Algorithm.RSA_PSS));
        };
    }

    /** A credential and how it signs; the scheme is empty in TLS 1.0 and 1.1. */
    private record Signing(Credential credential, Optional<SignatureAndHashAlgorithm> scheme) {}

    private TlsCredentials sign(Optional<Signing> chosen) throws IOException {
        Signing signing = chosen.orElseThrow(() -> new TlsFatalAlert(AlertDescription.handshake_failure));
        shown = Optional.of(signing.credential());
        OwnCredential own = new OwnCredential(crypto, signing.credential());
        signatureScheme = Optional.of(signing.scheme()
                .map(scheme -> org.hikyaku.tls.wire.SignatureScheme.registry().name(SignatureScheme.from(scheme)))
                .orElseGet(() -> SessionCrypto.schemeBeforeTls12(own.signatureAlgorithm())));
        return own.signer(context, signing.scheme(), TlsUtils.EMPTY_BYTES);
    }

    /** The first credential of one of these kinds (of any when none is given) that the client can verify. */
    private Optional<Signing> signing(SubjectKey.Algorithm... kinds) {
        SecurityParameters parameters = context.getSecurityParametersHandshake();
        List<SubjectKey.Algorithm> wanted = List.of(kinds);
        for (Credential credential : options.credentials()) {
            OwnCredential own = new OwnCredential(crypto, credential);
            if (!wanted.isEmpty() && !wanted.contains(own.kind())) {
                continue;
            }
            if (!TlsUtils.isSignatureAlgorithmsExtensionAllowed(version())) {
                return Optional.of(new Signing(credential, Optional.empty()));
            }
            Vector<?> offered = parameters.getClientSigAlgs();
            Optional<SignatureAndHashAlgorithm> scheme = own.scheme(
                    OwnCredential.schemes(
                            // RFC 5246 section 7.4.1.4.1: a client that names none takes SHA-1.
                            offered == null ? TlsUtils.getLegacySupportedSignatureAlgorithms() : offered),
                    version());
            if (scheme.isPresent()) {
                return Optional.of(new Signing(credential, scheme));
            }
        }
        return Optional.empty();
    }

    private Optional<Credential> withKey(SubjectKey.Algorithm kind) {
        return options.credentials().stream()
                .filter(c -> c.certificate().key().algorithm() == kind)
                .findFirst();
    }

    private ProtocolVersion version() {
        return context.getSecurityParametersHandshake().getNegotiatedVersion();
    }

    @Override
    public @Nullable CertificateRequest getCertificateRequest() throws IOException {
        if (options.clientCertificate() == ClientCertificate.NOT_ASKED) {
            return null;
        }
        clientAsked = true;
        ProtocolVersion version = version();
        Vector<?> schemes = TlsUtils.isSignatureAlgorithmsExtensionAllowed(version)
                ? TlsUtils.getDefaultSupportedSignatureAlgorithms(context)
                : null;
        if (TlsUtils.isTLSv13(version)) {
            return new CertificateRequest(TlsUtils.EMPTY_BYTES, schemes, null, null);
        }
        // No names of authorities: which ones are trusted is no business of whoever asks, and is judged afterwards.
        return new CertificateRequest(
                new short[] {ClientCertificateType.rsa_sign, ClientCertificateType.ecdsa_sign}, schemes, null);
    }

    @Override
    public void notifyClientCertificate(org.bouncycastle.tls.Certificate certificate) throws IOException {
        if (options.clientCertificate() == ClientCertificate.REQUIRED && certificate.isEmpty()) {
            throw new TlsFatalAlert(
                    TlsUtils.isTLSv13(version())
                            ? AlertDescription.certificate_required
                            : AlertDescription.handshake_failure,
                    "the client showed no certificate");
        }
    }

    @Override
    public @Nullable TlsSession getSessionToResume(byte[] id) {
        return options.sessions().flatMap(kept -> kept.find(id)).orElse(null);
    }

    @Override
    public byte @Nullable [] getNewSessionID() {
        if (options.sessions().isEmpty()) {
            return null;
        }
        byte[] id = new byte[SESSION_ID];
        crypto.getSecureRandom().nextBytes(id);
        return id;
    }

    @Override
    protected boolean allowCertificateStatus() {
        return false; // Nothing is stapled.
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
        return false;
    }

    @Override
    public void notifySecureRenegotiation(boolean secure) {
        // A fact, not a reason to end: we never renegotiate.
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
                options.sessions().ifPresent(kept -> kept.keep(session));
            }
        }
        int suite = parameters.getCipherSuite();
        List<Certificate> ours = shown.map(Credential::chain).orElse(List.of());
        facts = Optional.of(new SessionFacts(
                ClientPeer.version(parameters.getNegotiatedVersion()),
                CipherSuite.registry().name(suite),
                suite,
                CipherSuite.registry().find(suite).map(CipherSuite::bits).orElse(0),
                tls13 ? Optional.of(NamedGroup.registry().name(parameters.getNegotiatedGroup())) : crypto.lastGroup(),
                signatureScheme,
                ours,
                serverName(parameters),
                Optional.ofNullable(parameters.getApplicationProtocol()).map(ProtocolName::getUtf8Decoding),
                parameters.isResumedSession(),
                tls13 || parameters.isExtendedMasterSecret(),
                tls13 || parameters.isSecureRenegotiation(),
                clientAsked ? Optional.of(new ArrayList<>(crypto.chain())) : Optional.empty()));
        bindings = SessionBindings.of(context, parameters, tls13, ours);
    }

    private static Optional<String> serverName(SecurityParameters parameters) {
        Vector<?> names = parameters.getClientServerNames();
        return names == null
                ? Optional.empty()
                : names.stream()
                        .map(ServerName.class::cast)
                        .filter(name -> name.getNameType() == NameType.host_name)
                        .map(name -> new String(name.getNameData(), StandardCharsets.US_ASCII))
                        .findFirst();
    }

    private void log(String label, SecurityParameters parameters, TlsSecret secret) throws IOException {
        if (options.keyLog().isPresent()) {
            byte[] copy = getCrypto().adoptSecret(secret).extract();
            options.keyLog().get().secret(label, parameters.getClientRandom(), copy);
        }
    }
}
