package org.hikyaku.capture.old;

import static org.hikyaku.capture.old.OldSecrets.SSL3;
import static org.hikyaku.capture.old.OldSecrets.cat;
import static org.hikyaku.capture.old.OldSecrets.filled;
import static org.hikyaku.capture.old.OldSecrets.hash;
import static org.hikyaku.capture.old.OldSecrets.hmac;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Deflater;
import org.bouncycastle.crypto.BlockCipher;
import org.bouncycastle.crypto.engines.RC2Engine;
import org.bouncycastle.crypto.engines.RC4Engine;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.RC2Parameters;

/** One side's sealed records: compress, add the MAC, pad, encrypt (RFC 6101 section 5.2, RFC 2246 section 6.2). */
final class OldRecords {
    private final int version;
    private final OldSuite suite;
    private final byte[] macKey;
    private final Random random;
    private final RC4Engine rc4 = new RC4Engine();
    private final boolean compress;
    private final Deflater deflater = new Deflater();
    private byte[] chained;
    private BlockCipher cipher;
    private long sequence;

    @SuppressWarnings("NullAway.Init") // the cipher, for streams, which have none
    OldRecords(int version, OldSuite suite, byte[] macKey, byte[] key, byte[] iv, boolean compress, Random random) {
        this.version = version;
        this.suite = suite;
        this.macKey = macKey;
        this.chained = iv;
        this.compress = compress;
        this.random = random;
        if (suite.name().contains("RC4")) {
            rc4.init(true, new KeyParameter(key));
        } else if (!suite.streaming()) {
            cipher = suite.block().get();
            // What is exported is short of entropy, not of effective bits: all 128 are used.
            cipher.init(true, cipher instanceof RC2Engine ? new RC2Parameters(key, 128) : new KeyParameter(key));
        }
    }

    /** A whole record. */
    byte[] seal(int type, byte[] content) {
        byte[] compressed = compress ? deflate(content) : content;
        byte[] mac = mac(type, compressed);
        sequence++;
        byte[] plain = cat(compressed, mac);
        byte[] fragment;
        if (suite.name().contains("NULL")) {
            fragment = plain;
        } else if (suite.streaming()) {
            fragment = new byte[plain.length];
            rc4.processBytes(plain, 0, plain.length, fragment, 0);
        } else {
            fragment = chain(cat(plain, padding(plain.length)));
        }
        return record(version, type, fragment);
    }

    static byte[] record(int version, int type, byte[] fragment) {
        return cat(
                new byte[] {(byte) type, (byte) (version >> 8), (byte) version},
                new byte[] {(byte) (fragment.length >> 8), (byte) fragment.length},
                fragment);
    }

    /** RFC 3749 section 2.1: one zlib stream a side, each record ends at a byte. */
    private byte[] deflate(byte[] content) {
        deflater.setInput(content);
        byte[] out = new byte[content.length + 1024];
        return Arrays.copyOf(out, deflater.deflate(out, 0, out.length, Deflater.SYNC_FLUSH));
    }

    private byte[] mac(int type, byte[] content) {
        byte[] number = ByteBuffer.allocate(8).putLong(sequence).array();
        byte[] length = {(byte) (content.length >> 8), (byte) content.length};
        if (version == SSL3) {
            // RFC 6101 section 5.2.3.1: the version is not in it.
            int pad = suite.hash().equals("MD5") ? 48 : 40;
            byte[] inner =
                    hash(suite.hash(), macKey, filled(0x36, pad), number, new byte[] {(byte) type}, length, content);
            return hash(suite.hash(), macKey, filled(0x5c, pad), inner);
        }
        return hmac(
                suite.hash().equals("MD5") ? "HmacMD5" : "HmacSHA1",
                macKey,
                number,
                new byte[] {(byte) type, (byte) (version >> 8), (byte) version},
                length,
                content);
    }

    /** The last byte is the number of those before it; in SSL 3.0 they are anything, and fewer than a block. */
    private byte[] padding(int length) {
        int block = suite.blockLength();
        int least = (block - (length + 1) % block) % block;
        if (version == SSL3) {
            byte[] padding = new byte[least + 1];
            random.nextBytes(padding);
            padding[least] = (byte) least;
            return padding;
        }
        int most = (255 - least) / block;
        int count = least + block * random.nextInt(most + 1);
        return filled(count, count + 1);
    }

    /** CBC by hand; from TLS 1.1 on each record brings its own vector (RFC 4346 section 6.2.3.2). */
    private byte[] chain(byte[] plain) {
        int block = suite.blockLength();
        byte[] head = {};
        if (version >= 0x0302) {
            head = new byte[block];
            random.nextBytes(head);
            chained = head;
        }
        byte[] out = new byte[plain.length];
        byte[] in = new byte[block];
        for (int at = 0; at < plain.length; at += block) {
            for (int i = 0; i < block; i++) {
                in[i] = (byte) (plain[at + i] ^ chained[i]);
            }
            cipher.processBlock(in, 0, out, at);
            chained = Arrays.copyOfRange(out, at, at + block);
        }
        return cat(head, out);
    }
}
