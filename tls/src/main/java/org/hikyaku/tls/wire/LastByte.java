package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.crypto.engines.ChaCha7539Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;

/**
 * One byte of what a cipher of TLS 1.3 adds to a record, without the rest of it: all of them are stream ciphers below their tags. So
 * the last byte of a long record is had for the price of one block.
 */
interface LastByte {
    /**
     * A byte of the key stream.
     *
     * @param nonce 12 bytes
     * @param at the place in the record
     */
    int keyStream(byte[] nonce, int at);

    /** Empty for a cipher that is none of TLS 1.3's usual ones. */
    static Optional<LastByte> of(BulkCipher bulk, byte[] key) {
        return switch (bulk) {
            // NIST SP 800-38D section 7.1: the second counter is the first block's.
            case AES_128_GCM, AES_256_GCM -> Optional.of(new Counter(key, 0, 0, 2));
            // RFC 3610 section 2.3, of which L is 3: flags in front, counters from 1.
            case AES_128_CCM, AES_256_CCM, AES_128_CCM_8, AES_256_CCM_8 -> Optional.of(new Counter(key, 1, 2, 1));
            case CHACHA20_POLY1305 -> Optional.of(new ChaCha(new KeyParameter(key)));
            default -> Optional.empty();
        };
    }

    /** AES over a counter. */
    final class Counter implements LastByte {
        private static final int BLOCK = 16;

        private final Cipher aes;
        private final byte[] block = new byte[BLOCK];
        private final byte[] stream = new byte[BLOCK];
        private final int noncesPlace;
        private final int first;

        /** @param noncesPlace in the block, behind the flags */
        Counter(byte[] key, int noncesPlace, int flags, int first) {
            this.noncesPlace = noncesPlace;
            this.first = first;
            this.block[0] = (byte) flags;
            try {
                // Of single blocks a general library would only take longer to be called.
                aes = Cipher.getInstance("AES/ECB/NoPadding");
                aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"));
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("the JDK lacks AES", e);
            }
        }

        @Override
        public int keyStream(byte[] nonce, int at) {
            System.arraycopy(nonce, 0, block, noncesPlace, nonce.length);
            int counter = first + at / BLOCK; // fits into two bytes, as records are short
            block[13] = 0;
            block[14] = (byte) (counter >> 8);
            block[15] = (byte) counter;
            try {
                aes.update(block, 0, BLOCK, stream, 0);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("AES refuses a block", e);
            }
            return stream[at % BLOCK] & 0xff;
        }
    }

    /** RFC 8439 section 2.8: the first block is the key of the tag. */
    final class ChaCha implements LastByte {
        private static final int BLOCK = 64;

        private final ChaCha7539Engine engine = new ChaCha7539Engine();
        private final KeyParameter key;

        ChaCha(KeyParameter key) {
            this.key = key;
        }

        @Override
        public int keyStream(byte[] nonce, int at) {
            engine.init(true, new ParametersWithIV(key, nonce));
            engine.seekTo((long) BLOCK + at);
            return engine.returnByte((byte) 0) & 0xff;
        }
    }
}
