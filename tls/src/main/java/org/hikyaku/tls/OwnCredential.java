package org.hikyaku.tls;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.Vector;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.tls.CertificateEntry;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.SignatureScheme;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedDecryptor;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.jcajce.JcaDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.jcajce.JceDefaultTlsCredentialedDecryptor;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.SubjectKey;

/** Our own key and chain in one handshake, as server or as client, in the shape that the library wants. */
final class OwnCredential {
    private static final Provider OWN = new BouncyCastleProvider();

    private final SessionCrypto crypto;
    private final Credential credential;

    OwnCredential(SessionCrypto crypto, Credential credential) {
        this.crypto = crypto;
        this.credential = credential;
    }

    SubjectKey.Algorithm kind() {
        return credential.certificate().key().algorithm();
    }

    /** The type of a client's certificate in TLS 1.0 to 1.2 (RFC 5246 section 7.4.4, RFC 8422 section 5.5). */
    short signatureAlgorithm() {
        return switch (kind()) {
            case RSA, RSA_PSS -> SignatureAlgorithm.rsa;
            case EC, ED25519, ED448 -> SignatureAlgorithm.ecdsa;
            case DSA -> SignatureAlgorithm.dsa;
            case ML_DSA, OTHER -> SignatureAlgorithm.anonymous;
        };
    }

    /**
     * The first scheme of the other side that this key can sign with.
     *
     * @param offered schemes in the other side's order; null where the version has none (TLS 1.0 and 1.1)
     */
    Optional<SignatureAndHashAlgorithm> scheme(List<SignatureAndHashAlgorithm> offered, ProtocolVersion version) {
        boolean tls13 = TlsUtils.isTLSv13(version);
        return offered.stream()
                .filter(each -> fits(credential, SignatureScheme.from(each), tls13))
                .findFirst();
    }

    /** Whether this key can sign in this way. */
    static boolean fits(Credential credential, int scheme, boolean tls13) {
        SubjectKey key = credential.certificate().key();
        return switch (key.algorithm()) {
            case RSA ->
                switch (scheme) {
                    case SignatureScheme.rsa_pss_rsae_sha256,
                            SignatureScheme.rsa_pss_rsae_sha384,
                            SignatureScheme.rsa_pss_rsae_sha512 -> true;
                    // RFC 8446 section 4.2.3: PKCS #1 v1.5 signs certificates only in TLS 1.3.
                    case SignatureScheme.rsa_pkcs1_sha256,
                            SignatureScheme.rsa_pkcs1_sha384,
                            SignatureScheme.rsa_pkcs1_sha512,
                            SignatureScheme.rsa_pkcs1_sha1 -> !tls13;
                    default -> false;
                };
            case RSA_PSS ->
                scheme == SignatureScheme.rsa_pss_pss_sha256
                        || scheme == SignatureScheme.rsa_pss_pss_sha384
                        || scheme == SignatureScheme.rsa_pss_pss_sha512;
            case EC ->
                switch (scheme) {
                    // In TLS 1.3 the digest belongs to the curve; before, any digest goes with any curve.
                    case SignatureScheme.ecdsa_secp256r1_sha256 -> !tls13 || key.bits() == 256;
                    case SignatureScheme.ecdsa_secp384r1_sha384 -> !tls13 || key.bits() == 384;
                    case SignatureScheme.ecdsa_secp521r1_sha512 -> !tls13 || key.bits() == 521;
                    case SignatureScheme.ecdsa_sha1 -> !tls13;
                    default -> false;
                };
            case ED25519 -> scheme == SignatureScheme.ed25519;
            case ED448 -> scheme == SignatureScheme.ed448;
            case DSA, ML_DSA, OTHER -> false;
        };
    }

    /**
     * Signs the handshake.
     *
     * @param scheme empty in TLS 1.0 and 1.1, which have no choice
     * @param requestContext of the CertificateRequest answered; empty for a server and before TLS 1.3
     */
    TlsCredentialedSigner signer(
            TlsContext context, Optional<SignatureAndHashAlgorithm> scheme, byte[] requestContext) {
        return new JcaDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                signingKey(),
                chain(context, requestContext),
                scheme.orElse(null));
    }

    /** The library tells keys by their class and algorithm name, and knows its own of Ed25519 and Ed448 only. */
    private PrivateKey signingKey() {
        return switch (kind()) {
            case ED25519, ED448 -> {
                try {
                    yield KeyFactory.getInstance(kind() == SubjectKey.Algorithm.ED25519 ? "Ed25519" : "Ed448", OWN)
                            .generatePrivate(
                                    new PKCS8EncodedKeySpec(credential.key().getEncoded()));
                } catch (GeneralSecurityException e) {
                    throw new IllegalStateException("a private key that was read can be read again", e);
                }
            }
            case RSA, RSA_PSS, EC, DSA, ML_DSA, OTHER -> credential.key();
        };
    }

    /** Opens what a client encrypted with our RSA key (static RSA key exchange, TLS 1.2 and before). */
    TlsCredentialedDecryptor decryptor(TlsContext context) {
        return new JceDefaultTlsCredentialedDecryptor(crypto, chain(context, TlsUtils.EMPTY_BYTES), credential.key());
    }

    private org.bouncycastle.tls.Certificate chain(TlsContext context, byte[] requestContext) {
        List<Certificate> chain = credential.chain();
        TlsCertificate[] certificates = new TlsCertificate[chain.size()];
        for (int i = 0; i < certificates.length; i++) {
            certificates[i] = crypto.own(chain.get(i));
        }
        if (!TlsUtils.isTLSv13(context)) {
            return new org.bouncycastle.tls.Certificate(certificates);
        }
        CertificateEntry[] entries = new CertificateEntry[certificates.length];
        for (int i = 0; i < entries.length; i++) {
            entries[i] = new CertificateEntry(certificates[i], null);
        }
        return new org.bouncycastle.tls.Certificate(requestContext, entries);
    }

    /** The library's list, typed. */
    @SuppressWarnings("JdkObsolete") // The library's interface is made of Vector.
    static List<SignatureAndHashAlgorithm> schemes(Vector<?> vector) {
        return vector.stream().map(SignatureAndHashAlgorithm.class::cast).toList();
    }
}
