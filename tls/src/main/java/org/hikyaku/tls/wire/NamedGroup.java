package org.hikyaku.tls.wire;

/**
 * A group for key exchange.
 *
 * @param code its number on the wire
 * @param bits bits of the field or modulus; for a KEM or hybrid the ML-KEM parameter set
 * @param clientShareLength bytes of a key share from a client; 0 when it has no fixed length
 * @param serverShareLength bytes of a key share from a server
 */
public record NamedGroup(
        int code, String name, Kind kind, int bits, int clientShareLength, int serverShareLength, String reference) {

    /** What sort of mathematics. */
    public enum Kind {
        /** Points of a Weierstrass curve. */
        EC,
        /** X25519 and X448. */
        XDH,
        /** Finite field Diffie-Hellman. */
        FFDHE,
        /** A post-quantum key encapsulation alone. */
        KEM,
        /** Post-quantum and classical together. */
        HYBRID,
        GOST,
        /** A curve sent along by its parameters (RFC 4492). */
        EXPLICIT
    }

    public static final int SECP256R1 = 23;
    public static final int SECP384R1 = 24;
    public static final int SECP521R1 = 25;
    public static final int X25519 = 29;
    public static final int X448 = 30;
    public static final int SECP256R1_MLKEM768 = 4587;
    public static final int X25519_MLKEM768 = 4588;
    public static final int SECP384R1_MLKEM1024 = 4589;

    private static final Registry<NamedGroup> REGISTRY = Registry.load(
            "named-groups.tsv",
            4,
            f -> new NamedGroup(
                    Integer.parseInt(f[0], 16),
                    f[1],
                    Kind.valueOf(f[2]),
                    Integer.parseInt(f[3]),
                    Integer.parseInt(f[4]),
                    Integer.parseInt(f[5]),
                    f[6]),
            NamedGroup::name);

    public static Registry<NamedGroup> registry() {
        return REGISTRY;
    }

    /** True when a quantum computer alone does not break it. */
    public boolean postQuantum() {
        return kind == Kind.KEM || kind == Kind.HYBRID;
    }
}
