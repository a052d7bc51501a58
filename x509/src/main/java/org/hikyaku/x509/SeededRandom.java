package org.hikyaku.x509;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.security.SecureRandomSpi;

/** A stream of bytes that follows from a seed: SHA-256 over the seed and a counter. For tests and the lab only. */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    SeededRandom(byte[] seed) {
        super(new Stream(seed), null);
    }

    private static final class Stream extends SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        private final byte[] seed;
        private long counter;

        Stream(byte[] seed) {
            this.seed = seed.clone();
        }

        @Override
        protected void engineSetSeed(byte[] ignored) {
            // The first seed decides; libraries that add to it must not change the stream.
        }

        @Override
        protected synchronized void engineNextBytes(byte[] bytes) {
            int done = 0;
            while (done < bytes.length) {
                byte[] block = block(counter++);
                int length = Math.min(block.length, bytes.length - done);
                System.arraycopy(block, 0, bytes, done, length);
                done += length;
            }
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            byte[] bytes = new byte[length];
            engineNextBytes(bytes);
            return bytes;
        }

        private byte[] block(long number) {
            try {
                MessageDigest digest = MessageDigest.getInstance("SHA-256");
                digest.update(seed);
                for (int shift = 56; shift >= 0; shift -= 8) {
                    digest.update((byte) (number >>> shift));
                }
                return digest.digest();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }
}
