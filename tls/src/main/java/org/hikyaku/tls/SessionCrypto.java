package org.hikyaku.tls;

import java.io.IOException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.CertificateType;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsAgreement;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsDHConfig;
import org.bouncycastle.tls.crypto.TlsDHDomain;
import org.bouncycastle.tls.crypto.TlsECConfig;
import org.bouncycastle.tls.crypto.TlsECDomain;
import org.bouncycastle.tls.crypto.TlsKemConfig;
import org.bouncycastle.tls.crypto.TlsKemDomain;
import org.bouncycastle.tls.crypto.TlsSecret;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsMLKemDomain;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCertificate;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaTlsCrypto;
import org.hikyaku.net.LimitExceededException;
import org.hikyaku.tls.wire.NamedGroup;
import org.hikyaku.tls.wire.SignatureScheme;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.CertificateFormatException;
import org.hikyaku.x509.PathFinder;
import org.jspecify.annotations.Nullable;

/**
 * The cryptography of one handshake, which notes on the way what the library does not tell afterwards: certificates
 * with their exact bytes, how the server signed, and the group of TLS 1.2.
 */
final class SessionCrypto extends JcaTlsCrypto {

    /** What is the same for every session and slow to find out: what this machine's providers can do, our own certificates. */
    static final class Abilities {
        private final Map<Integer, Boolean> ciphers = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> groups = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> rsa = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> schemes = new ConcurrentHashMap<>();
        private final Map<Certificate, X509Certificate> own = new ConcurrentHashMap<>();
        private final AtomicReference<int @Nullable []> suites = new AtomicReference<>();
    }

    /** The suites that are wanted and possible, which the first session finds out for all. */
    int[] suites(Supplier<int[]> possible) {
        int[] known = abilities.suites.get();
        if (known == null) {
            known = possible.get();
            abilities.suites.set(known);
        }
        return known;
    }

    private final CryptoChoice choice;
    private final Abilities abilities;
    private final List<Certificate> chain = new ArrayList<>();
    private Optional<String> signatureScheme = Optional.empty();
    private Optional<String> lastGroup = Optional.empty();

    SessionCrypto(CryptoChoice choice, Abilities abilities, SecureRandom random) {
        super(choice, random, random);
        this.choice = choice;
        this.abilities = abilities;
    }

    /** Certificates in the order in which they came. */
    List<Certificate> chain() {
        return chain;
    }

    /** The server's signature over the handshake, once it was looked at. */
    Optional<String> signatureScheme() {
        return signatureScheme;
    }

    /** The group of the last key exchange that was set up; in TLS 1.3, where several are set up, not that chosen. */
    Optional<String> lastGroup() {
        return lastGroup;
    }

    /** A suite was chosen; key exchanges set up before, for the first flight of TLS 1.3, do not count in TLS 1.2. */
    void suiteChosen() {
        lastGroup = Optional.empty();
    }

    /** Whether the group, or both halves of a hybrid one, can be computed with here. */
    boolean supports(int group) {
        if (org.bouncycastle.tls.NamedGroup.refersToASpecificHybrid(group)) {
            return supports(org.bouncycastle.tls.NamedGroup.getHybridFirst(group))
                    && supports(org.bouncycastle.tls.NamedGroup.getHybridSecond(group));
        }
        return hasNamedGroup(group);
    }

    void signedWith(int scheme) {
        signatureScheme = Optional.of(SignatureScheme.registry().name(scheme));
    }

    void signedBeforeTls12(short algorithm) {
        signatureScheme = Optional.of(schemeBeforeTls12(algorithm));
    }

    /** TLS 1.0 and 1.1 have no choice of digest (RFC 4346 section 4.7, RFC 4492 section 5.4). */
    static String schemeBeforeTls12(short algorithm) {
        return switch (algorithm) {
            case SignatureAlgorithm.rsa -> "rsa_pkcs1_md5_sha1";
            case SignatureAlgorithm.ecdsa -> "ecdsa_sha1";
            default -> SignatureAlgorithm.getName(algorithm) + "_sha1";
        };
    }

    @Override
    public TlsCertificate createCertificate(short type, byte[] encoding) throws IOException {
        if (type != CertificateType.X509) {
            return super.createCertificate(type, encoding);
        }
        if (chain.size() >= PathFinder.CERTIFICATES.value()) {
            throw new LimitExceededException(PathFinder.CERTIFICATES);
        }
        try {
            chain.add(Certificate.parse(encoding));
        } catch (CertificateFormatException e) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate,
                    "certificate " + (chain.size() + 1) + " of the chain: " + e.getMessage(),
                    e);
        }
        return new UnjudgedCertificate(this, encoding);
    }

    @Override
    public TlsECDomain createECDomain(TlsECConfig config) {
        lastGroup = Optional.of(NamedGroup.registry().name(config.getNamedGroup()));
        return choice.nativeProvider()
                .filter(_ -> NativeAgreement.computes(config.getNamedGroup()))
                .<TlsECDomain>map(p -> () -> NativeAgreement.in(config.getNamedGroup(), p, this::createSecret))
                .orElseGet(() -> super.createECDomain(config));
    }

    @Override
    public TlsDHDomain createDHDomain(TlsDHConfig config) {
        lastGroup = Optional.of(
                config.getExplicitGroup() == null
                        ? NamedGroup.registry().name(config.getNamedGroup())
                        : "DH " + config.getExplicitGroup().getP().bitLength() + " bits");
        return super.createDHDomain(config);
    }

    /**
     * ML-KEM by BouncyCastle's own arithmetic: by way of the JCA, the library makes the key pair with one provider and
     * opens the answer with another (seen with 1.84 on JDK 25). Only the key exchange, never the bulk.
     */
    @Override
    public TlsKemDomain createKemDomain(TlsKemConfig config) {
        TlsKemDomain domain = new BcTlsMLKemDomain(new BcTlsCrypto(getSecureRandom()), config);
        return () -> {
            TlsAgreement agreement = domain.createKem();
            return new TlsAgreement() {
                @Override
                public byte[] generateEphemeral() throws IOException {
                    return agreement.generateEphemeral();
                }

                @Override
                public void receivePeerValue(byte[] value) throws IOException {
                    agreement.receivePeerValue(value);
                }

                @Override
                public TlsSecret calculateSecret() throws IOException {
                    return createSecret(agreement.calculateSecret().extract());
                }
            };
        };
    }

    /** One of our own certificates in the library's shape; not taken for one of the other side. */
    TlsCertificate own(Certificate certificate) {
        return new JcaTlsCertificate(this, abilities.own.computeIfAbsent(certificate, c -> {
            try {
                return JcaTlsCertificate.parseCertificate(choice, c.der());
            } catch (IOException e) {
                throw new IllegalStateException("a certificate that was read can be read again", e);
            }
        }));
    }

    @Override
    public boolean hasRSAEncryption() {
        return abilities.rsa.computeIfAbsent(0, _ -> super.hasRSAEncryption());
    }

    @Override
    protected Boolean isSupportedEncryptionAlgorithm(int algorithm) {
        return abilities.ciphers.computeIfAbsent(algorithm, super::isSupportedEncryptionAlgorithm);
    }

    @Override
    protected Boolean isSupportedNamedGroup(int group) {
        return abilities.groups.computeIfAbsent(group, super::isSupportedNamedGroup);
    }

    @Override
    protected Boolean isSupportedSignatureScheme(int scheme) {
        return abilities.schemes.computeIfAbsent(scheme, super::isSupportedSignatureScheme);
    }
}
