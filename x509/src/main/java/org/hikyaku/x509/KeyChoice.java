package org.hikyaku.x509;

/** Kinds of key that {@link CertificateMaker} makes. */
public enum KeyChoice {
    EC_P256("EC", "secp256r1", 0),
    EC_P384("EC", "secp384r1", 0),
    /** Weak on purpose, for tests. */
    RSA_512("RSA", "", 512),
    RSA_1024("RSA", "", 1024),
    RSA_2048("RSA", "", 2048),
    RSA_3072("RSA", "", 3072),
    RSA_4096("RSA", "", 4096),
    ED25519("Ed25519", "", 255);

    final String algorithm;
    final String curve;
    final int bits;

    KeyChoice(String algorithm, String curve, int bits) {
        this.algorithm = algorithm;
        this.curve = curve;
        this.bits = bits;
    }
}
