package org.hikyaku.x509;

import java.io.IOException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ECParametersHolder;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/**
 * What kind of public key a certificate holds.
 *
 * @param algorithm the family
 * @param bits the size that people compare: of the modulus, or of the curve's field; 0 when unknown
 * @param title in words, such as {@code RSA 2048 bits} or {@code EC P-256}
 */
public record SubjectKey(Algorithm algorithm, int bits, String title) {

    public enum Algorithm {
        RSA,
        /** An RSA key that may only sign with RSASSA-PSS (RFC 4055). */
        RSA_PSS,
        EC,
        ED25519,
        ED448,
        DSA,
        ML_DSA,
        /** Anything else, and keys whose bytes do not parse. */
        OTHER
    }

    static SubjectKey of(SubjectPublicKeyInfo info) {
        ASN1ObjectIdentifier oid = info.getAlgorithm().getAlgorithm();
        try {
            if (oid.equals(PKCSObjectIdentifiers.rsaEncryption)) {
                return rsa(Algorithm.RSA, "RSA", info);
            } else if (oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
                return rsa(Algorithm.RSA_PSS, "RSASSA-PSS", info);
            } else if (oid.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
                return ec(X962Parameters.getInstance(info.getAlgorithm().getParameters()));
            }
        } catch (IOException | RuntimeException e) {
            return new SubjectKey(Algorithm.OTHER, 0, "unreadable key of type " + oid.getId());
        }
        if (oid.equals(EdECObjectIdentifiers.id_Ed25519)) {
            return new SubjectKey(Algorithm.ED25519, 255, "Ed25519");
        } else if (oid.equals(EdECObjectIdentifiers.id_Ed448)) {
            return new SubjectKey(Algorithm.ED448, 448, "Ed448");
        } else if (oid.equals(X9ObjectIdentifiers.id_dsa)) {
            return new SubjectKey(Algorithm.DSA, 0, "DSA");
        } else if (oid.equals(NISTObjectIdentifiers.id_ml_dsa_44)) {
            return new SubjectKey(Algorithm.ML_DSA, 0, "ML-DSA-44");
        } else if (oid.equals(NISTObjectIdentifiers.id_ml_dsa_65)) {
            return new SubjectKey(Algorithm.ML_DSA, 0, "ML-DSA-65");
        } else if (oid.equals(NISTObjectIdentifiers.id_ml_dsa_87)) {
            return new SubjectKey(Algorithm.ML_DSA, 0, "ML-DSA-87");
        }
        return new SubjectKey(Algorithm.OTHER, 0, "key of type " + oid.getId());
    }

    private static SubjectKey rsa(Algorithm algorithm, String name, SubjectPublicKeyInfo info) throws IOException {
        int bits = RSAPublicKey.getInstance(info.parsePublicKey()).getModulus().bitLength();
        return new SubjectKey(algorithm, bits, name + " " + bits + " bits");
    }

    private static SubjectKey ec(X962Parameters parameters) {
        if (!parameters.isNamedCurve()) {
            // RFC 5480 section 2.1.1 forbids curves that are spelt out.
            return new SubjectKey(Algorithm.OTHER, 0, "EC key on a curve without a name");
        }
        ASN1ObjectIdentifier oid = ASN1ObjectIdentifier.getInstance(parameters.getParameters());
        X9ECParametersHolder curve = ECNamedCurveTable.getByOIDLazy(oid); // nobody asks for its base point
        if (curve == null) {
            return new SubjectKey(Algorithm.OTHER, 0, "EC key on the unknown curve " + oid.getId());
        }
        String name = switch (oid.getId()) {
            case "1.2.840.10045.3.1.7" -> "P-256";
            case "1.3.132.0.34" -> "P-384";
            case "1.3.132.0.35" -> "P-521";
            default -> ECNamedCurveTable.getName(oid);
        };
        return new SubjectKey(Algorithm.EC, curve.getCurve().getFieldSize(), "EC " + name);
    }
}
