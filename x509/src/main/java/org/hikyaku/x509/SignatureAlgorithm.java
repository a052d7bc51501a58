package org.hikyaku.x509;

import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;

/**
 * How a certificate is signed.
 *
 * @param oid the object identifier, dotted
 * @param title in words, such as {@code ECDSA with SHA-256}
 * @param strength what to think of it
 * @param jcaName the name in the Java cryptography architecture; empty when parameters decide or it is unknown
 */
public record SignatureAlgorithm(String oid, String title, Strength strength, Optional<String> jcaName) {

    public enum Strength {
        FINE,
        /** SHA-1: collisions have been made (2017); still verified here, and to be pointed out. */
        WEAK,
        /** MD5 and older: forged certificates have been made (2008); never accepted. */
        BROKEN,
        UNKNOWN
    }

    static SignatureAlgorithm of(AlgorithmIdentifier identifier) {
        String oid = identifier.getAlgorithm().getId();
        return switch (oid) {
            case "1.2.840.113549.1.1.2" -> known(oid, "RSA with MD2", Strength.BROKEN, "MD2withRSA");
            case "1.2.840.113549.1.1.3" -> known(oid, "RSA with MD4", Strength.BROKEN, "MD4withRSA");
            case "1.2.840.113549.1.1.4" -> known(oid, "RSA with MD5", Strength.BROKEN, "MD5withRSA");
            case "1.2.840.113549.1.1.5" -> known(oid, "RSA with SHA-1", Strength.WEAK, "SHA1withRSA");
            case "1.2.840.113549.1.1.14" -> known(oid, "RSA with SHA-224", Strength.FINE, "SHA224withRSA");
            case "1.2.840.113549.1.1.11" -> known(oid, "RSA with SHA-256", Strength.FINE, "SHA256withRSA");
            case "1.2.840.113549.1.1.12" -> known(oid, "RSA with SHA-384", Strength.FINE, "SHA384withRSA");
            case "1.2.840.113549.1.1.13" -> known(oid, "RSA with SHA-512", Strength.FINE, "SHA512withRSA");
            case "1.2.840.10045.4.1" -> known(oid, "ECDSA with SHA-1", Strength.WEAK, "SHA1withECDSA");
            case "1.2.840.10045.4.3.1" -> known(oid, "ECDSA with SHA-224", Strength.FINE, "SHA224withECDSA");
            case "1.2.840.10045.4.3.2" -> known(oid, "ECDSA with SHA-256", Strength.FINE, "SHA256withECDSA");
            case "1.2.840.10045.4.3.3" -> known(oid, "ECDSA with SHA-384", Strength.FINE, "SHA384withECDSA");
            case "1.2.840.10045.4.3.4" -> known(oid, "ECDSA with SHA-512", Strength.FINE, "SHA512withECDSA");
            case "1.2.840.10040.4.3" -> known(oid, "DSA with SHA-1", Strength.WEAK, "SHA1withDSA");
            case "2.16.840.1.101.3.4.3.2" -> known(oid, "DSA with SHA-256", Strength.FINE, "SHA256withDSA");
            case "1.3.101.112" -> known(oid, "Ed25519", Strength.FINE, "Ed25519");
            case "1.3.101.113" -> known(oid, "Ed448", Strength.FINE, "Ed448");
            case "2.16.840.1.101.3.4.3.17" -> known(oid, "ML-DSA-44", Strength.FINE, "ML-DSA-44");
            case "2.16.840.1.101.3.4.3.18" -> known(oid, "ML-DSA-65", Strength.FINE, "ML-DSA-65");
            case "2.16.840.1.101.3.4.3.19" -> known(oid, "ML-DSA-87", Strength.FINE, "ML-DSA-87");
            default ->
                identifier.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)
                        ? pss(identifier)
                        : new SignatureAlgorithm(oid, "algorithm " + oid, Strength.UNKNOWN, Optional.empty());
        };
    }

    private static SignatureAlgorithm known(String oid, String title, Strength strength, String jcaName) {
        return new SignatureAlgorithm(oid, title, strength, Optional.of(jcaName));
    }

    private static SignatureAlgorithm pss(AlgorithmIdentifier identifier) {
        // RFC 4055 section 3.1: absent parameters mean SHA-1.
        String digest = identifier.getParameters() == null
                ? "1.3.14.3.2.26"
                : RSASSAPSSparams.getInstance(identifier.getParameters())
                        .getHashAlgorithm()
                        .getAlgorithm()
                        .getId();
        String oid = identifier.getAlgorithm().getId();
        return switch (digest) {
            case "2.16.840.1.101.3.4.2.1" ->
                new SignatureAlgorithm(oid, "RSASSA-PSS with SHA-256", Strength.FINE, Optional.empty());
            case "2.16.840.1.101.3.4.2.2" ->
                new SignatureAlgorithm(oid, "RSASSA-PSS with SHA-384", Strength.FINE, Optional.empty());
            case "2.16.840.1.101.3.4.2.3" ->
                new SignatureAlgorithm(oid, "RSASSA-PSS with SHA-512", Strength.FINE, Optional.empty());
            case "1.3.14.3.2.26" ->
                new SignatureAlgorithm(oid, "RSASSA-PSS with SHA-1", Strength.WEAK, Optional.empty());
            default ->
                new SignatureAlgorithm(oid, "RSASSA-PSS with digest " + digest, Strength.UNKNOWN, Optional.empty());
        };
    }
}
