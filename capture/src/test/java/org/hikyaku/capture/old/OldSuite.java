package org.hikyaku.capture.old;

import java.util.function.Supplier;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.DESEngine;
import org.bouncycastle.crypto.engines.DESedeEngine;
import org.bouncycastle.crypto.engines.IDEAEngine;
import org.bouncycastle.crypto.engines.RC2Engine;
import org.bouncycastle.crypto.engines.SEEDEngine;

/**
 * Suites by the tables of RFC 6101 appendix C, RFC 2246 section 6.2.3 and draft-ietf-tls-56-bit-ciphersuites.
 *
 * @param hash of the MAC, {@code MD5} or {@code SHA-1}
 * @param material bytes of the key block for one write key
 * @param key bytes that the cipher runs with; more than the material for export
 * @param block null for RC4 and NULL
 */
record OldSuite(
        int code,
        String name,
        String hash,
        int material,
        int key,
        boolean export,
        Supplier<? extends BlockCipher> block) {

    static OldSuite stream(int code, String name, String hash, int material, int key) {
        return new OldSuite(code, name, hash, material, key, material != key, () -> {
            throw new IllegalStateException("a stream cipher");
        });
    }

    static final OldSuite NULL_MD5 = stream(0x0001, "NULL-MD5", "MD5", 0, 0);
    static final OldSuite NULL_SHA = stream(0x0002, "NULL-SHA", "SHA-1", 0, 0);
    static final OldSuite EXP_RC4_MD5 = stream(0x0003, "EXP-RC4-MD5", "MD5", 5, 16);
    static final OldSuite RC4_MD5 = stream(0x0004, "RC4-MD5", "MD5", 16, 16);
    static final OldSuite RC4_SHA = stream(0x0005, "RC4-SHA", "SHA-1", 16, 16);
    static final OldSuite EXP_RC2_MD5 = new OldSuite(0x0006, "EXP-RC2-MD5", "MD5", 5, 16, true, RC2Engine::new);
    static final OldSuite IDEA_SHA = new OldSuite(0x0007, "IDEA-SHA", "SHA-1", 16, 16, false, IDEAEngine::new);
    static final OldSuite EXP_DES_SHA = new OldSuite(0x0008, "EXP-DES-SHA", "SHA-1", 5, 8, true, DESEngine::new);
    static final OldSuite DES_SHA = new OldSuite(0x0009, "DES-SHA", "SHA-1", 8, 8, false, DESEngine::new);
    static final OldSuite DES3_SHA = new OldSuite(0x000a, "3DES-SHA", "SHA-1", 24, 24, false, DESedeEngine::new);
    static final OldSuite EXP1024_RC4_MD5 = stream(0x0060, "EXP1024-RC4-MD5", "MD5", 7, 16);
    static final OldSuite EXP1024_RC2_MD5 = new OldSuite(0x0061, "EXP1024-RC2-MD5", "MD5", 7, 16, true, RC2Engine::new);
    static final OldSuite EXP1024_DES_SHA =
            new OldSuite(0x0062, "EXP1024-DES-SHA", "SHA-1", 8, 8, true, DESEngine::new);
    static final OldSuite EXP1024_RC4_SHA = stream(0x0064, "EXP1024-RC4-SHA", "SHA-1", 7, 16);
    static final OldSuite SEED_SHA = new OldSuite(0x0096, "SEED-SHA", "SHA-1", 16, 16, false, SEEDEngine::new);

    boolean streaming() {
        return name.contains("RC4") || name.contains("NULL");
    }

    int macLength() {
        return hash.equals("MD5") ? 16 : 20;
    }

    int blockLength() {
        return streaming() ? 0 : block.get().getBlockSize();
    }

    @Override
    public String toString() {
        return name;
    }
}
