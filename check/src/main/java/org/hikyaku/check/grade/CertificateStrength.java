package org.hikyaku.check.grade;

import java.util.Locale;
import org.hikyaku.x509.Certificate;
import org.hikyaku.x509.SubjectKey;

/** Names for the strength of a certificate's key and signature, as the profiles' lists have them. */
final class CertificateStrength {
    private static final String DIGEST = " with ";

    private final Certificate certificate;

    CertificateStrength(Certificate certificate) {
        this.certificate = certificate;
    }

    /** {@code RSA-2048}, {@code secp256r1}, {@code ed25519}. */
    String key() {
        SubjectKey key = certificate.key();
        return switch (key.algorithm()) {
            case RSA, RSA_PSS -> "RSA-" + key.bits();
            case EC -> curve(key.title().substring("EC ".length()));
            case ED25519, ED448 -> key.title().toLowerCase(Locale.ROOT);
            case DSA, ML_DSA, OTHER -> key.title();
        };
    }

    private static String curve(String name) {
        return switch (name) {
            case "P-256" -> "secp256r1";
            case "P-384" -> "secp384r1";
            case "P-521" -> "secp521r1";
            default -> name;
        };
    }

    /** The digest that the issuer signed: {@code SHA256}; {@code ED25519} for algorithms that have their own. */
    String signatureHash() {
        String title = certificate.signatureAlgorithm().title();
        int with = title.lastIndexOf(DIGEST);
        return with < 0
                ? title.toUpperCase(Locale.ROOT)
                : title.substring(with + DIGEST.length()).replace("-", "");
    }

    /** A root needs no signature: whoever trusts it knows it. */
    boolean selfIssued() {
        return certificate.holder().getSubject().equals(certificate.holder().getIssuer());
    }
}
