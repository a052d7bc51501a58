package org.hikyaku.tls.wire;

/**
 * How a handshake is signed (RFC 8446 section 4.2.3), including the pairs of hash and algorithm of TLS 1.2.
 *
 * @param key the kind of key: RSA, RSA_PSS, DSA, ECDSA, ED25519, …
 * @param hash the digest that is signed: MD5, SHA1, SHA224, SHA256, …; {@code NONE} when the algorithm has its own
 */
public record SignatureScheme(int code, String name, String key, String hash, String reference) {

    private static final Registry<SignatureScheme> REGISTRY = Registry.load(
            "signature-schemes.tsv",
            4,
            f -> new SignatureScheme(Integer.parseInt(f[0], 16), f[1], f[2], f[3], f[4]),
            SignatureScheme::name);

    public static Registry<SignatureScheme> registry() {
        return REGISTRY;
    }
}
