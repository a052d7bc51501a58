package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.security.Provider;
import javax.crypto.Cipher;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/**
 * Where the ciphers come from. Conscrypt for AES, triple DES and ChaCha20-Poly1305 where its native library loads: it is fast from
 * the first record on, whereas the JDK's have to be compiled while they run. The JDK for what else it has, BouncyCastle for
 * the rest.
 */
final class Ciphers {

    private Ciphers() {}

    /** Made when a cipher is first needed that the JDK lacks; never registered. */
    private static final class BouncyCastle {
        static final Provider PROVIDER = new BouncyCastleProvider();
    }

    static Cipher of(BulkCipher cipher) {
        try {
            return switch (cipher) {
                case AES_128_GCM, AES_256_GCM -> fast("AES/GCM/NoPadding", "AES/GCM/NoPadding");
                case CHACHA20_POLY1305 -> fast("ChaCha20/Poly1305/NoPadding", "ChaCha20-Poly1305");
                case AES_128_CBC, AES_256_CBC -> fast("AES/CBC/NoPadding", "AES/CBC/NoPadding");
                case TRIPLE_DES_CBC -> fast("DESede/CBC/NoPadding", "DESede/CBC/NoPadding");
                case DES_CBC, DES40_CBC, DES_CBC_40 -> Cipher.getInstance("DES/CBC/NoPadding");
                case RC4_40, RC4_56, RC4_128 -> Cipher.getInstance("ARCFOUR");
                case AES_128_CCM, AES_256_CCM, AES_128_CCM_8, AES_256_CCM_8 -> bouncyCastle("AES/CCM/NoPadding");
                case SM4_GCM -> bouncyCastle("SM4/GCM/NoPadding");
                case SM4_CCM -> bouncyCastle("SM4/CCM/NoPadding");
                case CAMELLIA_128_GCM, CAMELLIA_256_GCM -> bouncyCastle("Camellia/GCM/NoPadding");
                case ARIA_128_GCM, ARIA_256_GCM -> bouncyCastle("ARIA/GCM/NoPadding");
                case CAMELLIA_128_CBC, CAMELLIA_256_CBC -> bouncyCastle("Camellia/CBC/NoPadding");
                case ARIA_128_CBC, ARIA_256_CBC -> bouncyCastle("ARIA/CBC/NoPadding");
                case SEED_CBC -> bouncyCastle("SEED/CBC/NoPadding");
                case IDEA_CBC -> bouncyCastle("IDEA/CBC/NoPadding");
                case RC2_CBC_40, RC2_CBC_56, RC2_CBC_128 -> bouncyCastle("RC2/CBC/NoPadding");
                case NULL,
                        AEGIS_128L,
                        AEGIS_256,
                        KUZNYECHIK_MGM_L,
                        KUZNYECHIK_MGM_S,
                        MAGMA_MGM_L,
                        MAGMA_MGM_S,
                        KUZNYECHIK_CTR,
                        MAGMA_CTR,
                        GOST28147_CNT -> throw new UnsupportedOperationException("no cipher " + cipher);
            };
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("neither the JDK nor BouncyCastle has " + cipher, e);
        }
    }

    /** The JCA name of the key. */
    static String keyAlgorithm(BulkCipher cipher) {
        return switch (cipher) {
            case TRIPLE_DES_CBC -> "DESede";
            case DES_CBC, DES40_CBC, DES_CBC_40 -> "DES";
            case RC4_40, RC4_56, RC4_128 -> "ARCFOUR";
            case CHACHA20_POLY1305 -> "ChaCha20";
            case CAMELLIA_128_CBC, CAMELLIA_256_CBC, CAMELLIA_128_GCM, CAMELLIA_256_GCM -> "Camellia";
            case ARIA_128_CBC, ARIA_256_CBC, ARIA_128_GCM, ARIA_256_GCM -> "ARIA";
            case SEED_CBC -> "SEED";
            case IDEA_CBC -> "IDEA";
            case RC2_CBC_40, RC2_CBC_56, RC2_CBC_128 -> "RC2";
            case SM4_GCM, SM4_CCM -> "SM4";
            default -> "AES";
        };
    }

    private static Cipher fast(String atConscrypt, String atJdk) throws GeneralSecurityException {
        return Digests.Native.PROVIDER.isPresent()
                ? Cipher.getInstance(atConscrypt, Digests.Native.PROVIDER.get())
                : Cipher.getInstance(atJdk);
    }

    private static Cipher bouncyCastle(String transformation) throws GeneralSecurityException {
        return Cipher.getInstance(transformation, BouncyCastle.PROVIDER);
    }
}
