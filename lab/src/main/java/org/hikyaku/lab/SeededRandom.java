package org.hikyaku.lab;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;

/**
 * Bytes that follow from the lab's seed and a label alone, so that keys do not depend on who asks first. SHA-256 over
 * seed, label and a counter. For the lab only: whoever knows the seed knows the keys.
 */
final class SeededRandom extends SecureRandom {
    private static final long serialVersionUID = 1L;

    private final long seed;
    private byte[] prefix = new byte[0];
    private long counter;
    private byte[] block = new byte[0];
    private int used;

    SeededRandom(long seed, String label) {
        super(new NoSource(), null);
        this.seed = seed;
        begin(label);
    }

    /** Goes on as if made anew with this label. */
    final synchronized void begin(String label) {
        byte[] text = label.getBytes(StandardCharsets.UTF_8);
        prefix = ByteBuffer.allocate(Long.BYTES + text.length)
                .putLong(seed)
                .put(text)
                .array();
        counter = 0;
        block = new byte[0];
        used = 0;
    }

    @Override
    public synchronized void nextBytes(byte[] bytes) {
        for (int i = 0; i < bytes.length; i++) {
            if (used == block.length) {
                block = sha256(ByteBuffer.allocate(prefix.length + Long.BYTES)
                        .put(prefix)
                        .putLong(counter++)
                        .array());
                used = 0;
            }
            bytes[i] = block[used++];
        }
    }

    @Override
    public byte[] generateSeed(int count) {
        byte[] bytes = new byte[count];
        nextBytes(bytes);
        return bytes;
    }

    @Override
    public String getAlgorithm() {
        return "lab";
    }

    private static byte[] sha256(byte[] input) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(input);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    /** Keeps the superclass from collecting entropy that nobody uses. */
    private static final class NoSource extends java.security.SecureRandomSpi {
        private static final long serialVersionUID = 1L;

        @Override
        protected void engineSetSeed(byte[] seed) {}

        @Override
        protected void engineNextBytes(byte[] bytes) {
            throw new UnsupportedOperationException();
        }

        @Override
        protected byte[] engineGenerateSeed(int count) {
            throw new UnsupportedOperationException();
        }
    }
}
