package org.hikyaku.x509;

import java.io.IOException;
import java.io.OutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Security;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentVerifier;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.conscrypt.Conscrypt;

/**
 * Verifies signatures of certificates: the one place that chooses who does the arithmetic. Conscrypt first where its
 * native library loads (P-256 eight times as fast as the JDK), then the JDK, then BouncyCastle for what the others
 * have dropped (brainpool curves, for one). All give the same answers; only the speed differs. Safe for use by many
 * threads.
 */
public final class SignatureVerifier {
    /** RSA keys beyond this make a verification slow enough to be a weapon. */
    static final int LARGEST_RSA_BITS = 16384;

    private final List<Provider> providers;

    /** Uses these providers, in their order, for what they know. */
    public SignatureVerifier(List<Provider> providers) {
        this.providers = List.copyOf(providers);
    }

    /** A provider is a table of thousands of names and constant: making one costs more than a hundred verifications. */
    private static final class Best {
        static final SignatureVerifier VERIFIER = choose();
    }

    /** The fastest choice on this machine. */
    public static SignatureVerifier best() {
        return Best.VERIFIER;
    }

    private static SignatureVerifier choose() {
        List<Provider> providers = new ArrayList<>();
        conscrypt().ifPresent(providers::add);
        for (String name : List.of("SunEC", "SunRsaSign", "SUN")) {
            Provider provider = Security.getProvider(name);
            if (provider != null) {
                providers.add(provider);
            }
        }
        providers.add(new BouncyCastleProvider());
        return new SignatureVerifier(providers);
    }

    /** Conscrypt's provider, when its native library loads here (glibc 2.35 or later). */
    public static Optional<Provider> conscrypt() {
        try {
            return Conscrypt.isAvailable() ? Optional.of(Conscrypt.newProvider()) : Optional.empty();
        } catch (LinkageError e) {
            return Optional.empty();
        }
    }

    /**
     * True when the certificate's signature was made with this key.
     *
     * @param issuerKey a SubjectPublicKeyInfo in DER
     */
    public boolean isSignedBy(Certificate certificate, byte[] issuerKey) {
        try {
            // RFC 5280 section 4.1.1.2: the algorithm stands twice and must be the same.
            var structure = certificate.holder().toASN1Structure();
            if (!structure
                    .getSignatureAlgorithm()
                    .equals(structure.getTBSCertificate().getSignature())) {
                return false;
            }
            SubjectPublicKeyInfo info = SubjectPublicKeyInfo.getInstance(issuerKey);
            if (SubjectKey.of(info).bits() > LARGEST_RSA_BITS) {
                return false;
            }
            byte[] signed = certificate.tbs();
            byte[] signature = certificate.holder().getSignature();
            Optional<String> name = certificate.signatureAlgorithm().jcaName();
            return name.isPresent()
                    ? verify(name.get(), issuerKey, signed, signature)
                    : verify(structure.getSignatureAlgorithm(), info, signed, signature);
        } catch (IOException | RuntimeException e) {
            // Bad bytes in key or signature: whatever they are, they do not verify.
            return false;
        }
    }

    private boolean verify(String algorithm, byte[] issuerKey, byte[] signed, byte[] signature) {
        for (Provider provider : providers) {
            Signature verifier;
            try {
                PublicKey key = KeyFactory.getInstance(keyAlgorithm(algorithm), provider)
                        .generatePublic(new X509EncodedKeySpec(issuerKey));
                verifier = Signature.getInstance(algorithm, provider);
                verifier.initVerify(key);
            } catch (GeneralSecurityException | RuntimeException e) {
                continue; // This provider does not know the algorithm or the curve.
            }
            try {
                verifier.update(signed);
                return verifier.verify(signature);
            } catch (SignatureException e) {
                return false;
            }
        }
        return false;
    }

    /** Where parameters say what is to be done (RSASSA-PSS), BouncyCastle's reading of them drives the provider. */
    private boolean verify(
            AlgorithmIdentifier algorithm, SubjectPublicKeyInfo issuerKey, byte[] signed, byte[] signature)
            throws IOException {
        for (Provider provider : providers) {
            ContentVerifier verifier;
            try {
                verifier = new JcaContentVerifierProviderBuilder()
                        .setProvider(provider)
                        .build(issuerKey)
                        .get(algorithm);
            } catch (OperatorCreationException | RuntimeException e) {
                continue;
            }
            try (OutputStream out = verifier.getOutputStream()) {
                out.write(signed);
            }
            return verifier.verify(signature);
        }
        return false;
    }

    private static String keyAlgorithm(String signatureAlgorithm) {
        if (signatureAlgorithm.endsWith("withRSA")) {
            return "RSA";
        } else if (signatureAlgorithm.endsWith("withECDSA")) {
            return "EC";
        } else if (signatureAlgorithm.endsWith("withDSA")) {
            return "DSA";
        }
        return signatureAlgorithm;
    }
}
