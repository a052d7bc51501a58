package org.hikyaku.tls.wire;

/**
 * The symmetric cipher of a suite.
 *
 * <p>{@link #keyLength} is what the key block holds; {@link #strength} what an attacker has to search, in bits.
 */
public enum BulkCipher {
    NULL("NULL", Mode.NULL, 0, 0, 0),
    RC4_40("RC4_40", Mode.STREAM, 5, 40, 0),
    RC4_56("RC4_56", Mode.STREAM, 7, 56, 0),
    RC4_128("RC4_128", Mode.STREAM, 16, 128, 0),
    RC2_CBC_40("RC2_CBC_40", Mode.CBC, 5, 40, 8),
    RC2_CBC_56("RC2_CBC_56", Mode.CBC, 7, 56, 8),
    RC2_CBC_128("RC2_CBC_128", Mode.CBC, 16, 128, 8),
    IDEA_CBC("IDEA_CBC", Mode.CBC, 16, 128, 8),
    DES40_CBC("DES40_CBC", Mode.CBC, 5, 40, 8),
    DES_CBC_40("DES_CBC_40", Mode.CBC, 5, 40, 8),
    DES_CBC("DES_CBC", Mode.CBC, 8, 56, 8),
    /** Three keys of 56 bits; meeting in the middle leaves 112. */
    TRIPLE_DES_CBC("3DES_EDE_CBC", Mode.CBC, 24, 112, 8),
    AES_128_CBC("AES_128_CBC", Mode.CBC, 16, 128, 16),
    AES_256_CBC("AES_256_CBC", Mode.CBC, 32, 256, 16),
    CAMELLIA_128_CBC("CAMELLIA_128_CBC", Mode.CBC, 16, 128, 16),
    CAMELLIA_256_CBC("CAMELLIA_256_CBC", Mode.CBC, 32, 256, 16),
    ARIA_128_CBC("ARIA_128_CBC", Mode.CBC, 16, 128, 16),
    ARIA_256_CBC("ARIA_256_CBC", Mode.CBC, 32, 256, 16),
    SEED_CBC("SEED_CBC", Mode.CBC, 16, 128, 16),
    AES_128_GCM("AES_128_GCM", Mode.GCM, 16, 128, 16),
    AES_256_GCM("AES_256_GCM", Mode.GCM, 32, 256, 16),
    CAMELLIA_128_GCM("CAMELLIA_128_GCM", Mode.GCM, 16, 128, 16),
    CAMELLIA_256_GCM("CAMELLIA_256_GCM", Mode.GCM, 32, 256, 16),
    ARIA_128_GCM("ARIA_128_GCM", Mode.GCM, 16, 128, 16),
    ARIA_256_GCM("ARIA_256_GCM", Mode.GCM, 32, 256, 16),
    SM4_GCM("SM4_GCM", Mode.GCM, 16, 128, 16),
    AES_128_CCM("AES_128_CCM", Mode.CCM, 16, 128, 16),
    AES_256_CCM("AES_256_CCM", Mode.CCM, 32, 256, 16),
    SM4_CCM("SM4_CCM", Mode.CCM, 16, 128, 16),
    AES_128_CCM_8("AES_128_CCM_8", Mode.CCM_8, 16, 128, 16),
    AES_256_CCM_8("AES_256_CCM_8", Mode.CCM_8, 32, 256, 16),
    CHACHA20_POLY1305("CHACHA20_POLY1305", Mode.CHACHA20_POLY1305, 32, 256, 1),
    AEGIS_128L("AEGIS_128L", Mode.OTHER_AEAD, 16, 128, 16),
    AEGIS_256("AEGIS_256", Mode.OTHER_AEAD, 32, 256, 16),
    KUZNYECHIK_MGM_L("KUZNYECHIK_MGM_L", Mode.OTHER_AEAD, 32, 256, 16),
    KUZNYECHIK_MGM_S("KUZNYECHIK_MGM_S", Mode.OTHER_AEAD, 32, 256, 16),
    MAGMA_MGM_L("MAGMA_MGM_L", Mode.OTHER_AEAD, 32, 256, 8),
    MAGMA_MGM_S("MAGMA_MGM_S", Mode.OTHER_AEAD, 32, 256, 8),
    KUZNYECHIK_CTR("KUZNYECHIK_CTR", Mode.OTHER, 32, 256, 16),
    MAGMA_CTR("MAGMA_CTR", Mode.OTHER, 32, 256, 8),
    GOST28147_CNT("28147_CNT", Mode.OTHER, 32, 256, 8);

    /** How it is made into record protection. */
    public enum Mode {
        NULL,
        STREAM,
        CBC,
        GCM,
        CCM,
        CCM_8,
        CHACHA20_POLY1305,
        OTHER_AEAD,
        OTHER;

        public boolean aead() {
            return switch (this) {
                case GCM, CCM, CCM_8, CHACHA20_POLY1305, OTHER_AEAD -> true;
                case NULL, STREAM, CBC, OTHER -> false;
            };
        }
    }

    private final String title;
    private final Mode mode;
    private final int keyLength;
    private final int strength;
    private final int blockLength;

    BulkCipher(String title, Mode mode, int keyLength, int strength, int blockLength) {
        this.title = title;
        this.mode = mode;
        this.keyLength = keyLength;
        this.strength = strength;
        this.blockLength = blockLength;
    }

    /** As in the names of suites: {@code AES_128_GCM}. */
    public String title() {
        return title;
    }

    public Mode mode() {
        return mode;
    }

    /** Key bytes taken from the key block. */
    public int keyLength() {
        return keyLength;
    }

    /** Bits. */
    public int strength() {
        return strength;
    }

    /** Bytes of a block; 0 for stream ciphers. */
    public int blockLength() {
        return blockLength;
    }
}
