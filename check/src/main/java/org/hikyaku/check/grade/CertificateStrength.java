package org.hikyaku.check.grade;

import java.io.IOException;
import java.util.Locale;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.util.PublicKeyFactory;
import org.bouncycastle.operator.DefaultAlgorithmNameFinder;
import org.hikyaku.x509.Certificate;

/** Names for the strength of a certificate's key and signature. */
final class CertificateStrength {
    private final Certificate certificate;

    CertificateStrength(Certificate certificate) {
        this.certificate = certificate;
    }

    /** {@code RSA-2048}, {@code secp256r1}, {@code ed25519}. */
    String key() {
        SubjectPublicKeyInfo info = certificate.holder().getSubjectPublicKeyInfo();
        try {
            AsymmetricKeyParameter key = PublicKeyFactory.createKey(info);
            if (key instanceof RSAKeyParameters rsa) {
                return "RSA-" + rsa.getModulus().bitLength();
            }
            if (key instanceof ECPublicKeyParameters
                    && info.getAlgorithm().getParameters() instanceof ASN1ObjectIdentifier curve) {
                String name = ECNamedCurveTable.getName(curve);
                return switch (name) {
                    case "prime256v1" -> "secp256r1";
                    case null -> curve.getId();
                    default ->
                        name.startsWith("brainpool") ? name.replace('p', 'P').replace("brainPool", "brainpool") : name;
                };
            }
        } catch (IOException | RuntimeException e) {
            return algorithm(info.getAlgorithm());
        }
        return algorithm(info.getAlgorithm()).toLowerCase(Locale.ROOT);
    }

    /** The digest that the issuer signed: {@code SHA256}; {@code ED25519} for algorithms that have their own. */
    String signatureHash() {
        AlgorithmIdentifier algorithm = certificate.holder().getSignatureAlgorithm();
        if (algorithm.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            try {
                return algorithm(RSASSAPSSparams.getInstance(algorithm.getParameters())
                                .getHashAlgorithm())
                        .replace("-", "");
            } catch (RuntimeException e) {
                return "RSASSA-PSS without parameters";
            }
        }
        String name = algorithm(algorithm).toUpperCase(Locale.ROOT);
        int with = name.indexOf("WITH");
        return with < 0 ? name : name.substring(0, with);
    }

    /** A root needs no signature: whoever trusts it knows it. */
    boolean selfIssued() {
        return certificate.holder().getSubject().equals(certificate.holder().getIssuer());
    }

    private static String algorithm(AlgorithmIdentifier algorithm) {
        return new DefaultAlgorithmNameFinder().getAlgorithmName(algorithm);
    }
}
