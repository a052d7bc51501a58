package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.hikyaku.tls.TlsVersion;

/**
 * Records under a block cipher in CBC mode (RFC 5246 section 6.2.3.2): MAC, then padding, then encryption; or, agreed by
 * RFC 7366, encryption and then MAC. Verification takes no care to be constant in time: it serves probing and
 * decoding, where no secret of ours is at stake.
 */
final class CbcProtection implements RecordProtection {
    private final Cipher cipher;
    private final SecretKeySpec key;
    private final RecordMac mac;
    private final boolean explicitIv;
    private final boolean encryptThenMac;
    private final boolean ssl3;
    private final int block;
    private byte[] chained;
    private long sequence;
    private int openedType;

    CbcProtection(TlsVersion version, CipherSuite suite, TrafficKeys keys, boolean encryptThenMac) {
        this.cipher = Ciphers.of(suite.cipher());
        this.key = new SecretKeySpec(keys.key(), Ciphers.keyAlgorithm(suite.cipher()));
        this.mac = RecordMac.of(version, suite.mac(), keys.mac());
        this.explicitIv = version.atLeast(TlsVersion.TLSV1_1);
        this.ssl3 = version == TlsVersion.SSLV3;
        this.encryptThenMac = encryptThenMac;
        this.block = suite.cipher().blockLength();
        this.chained = keys.iv();
    }

    @Override
    public int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset)
            throws BadRecordException {
        int ciphertext = length - (encryptThenMac ? mac.length() : 0);
        int iv = explicitIv ? block : 0;
        if (ciphertext - iv < block || ciphertext % block != 0) {
            throw new BadRecordException("a record of " + length + " bytes is no whole number of cipher blocks");
        }
        if (encryptThenMac) {
            byte[] expected = mac.of(sequence, type, fragment, offset, ciphertext);
            if (!Arrays.equals(expected, 0, mac.length(), fragment, offset + ciphertext, offset + length)) {
                throw new BadRecordException("record " + sequence + " does not verify");
            }
        }
        byte[] nextChained = Arrays.copyOfRange(fragment, offset + ciphertext - block, offset + ciphertext);
        int plain = ciphertext - iv;
        try {
            IvParameterSpec parameters =
                    explicitIv ? new IvParameterSpec(fragment, offset, block) : new IvParameterSpec(chained);
            cipher.init(Cipher.DECRYPT_MODE, key, parameters);
            cipher.doFinal(fragment, offset + iv, plain, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new BadRecordException("record " + sequence + " does not decrypt", e);
        }
        int content = unpadded(out, outOffset, plain) - (encryptThenMac ? 0 : mac.length());
        if (content < 0) {
            throw new BadRecordException("record " + sequence + " is shorter than its MAC");
        }
        if (!encryptThenMac) {
            byte[] expected = mac.of(sequence, type, out, outOffset, content);
            if (!Arrays.equals(
                    expected, 0, mac.length(), out, outOffset + content, outOffset + content + mac.length())) {
                throw new BadRecordException("record " + sequence + " does not verify");
            }
        }
        chained = nextChained;
        sequence++;
        openedType = type;
        return content;
    }

    /** Length without padding. TLS fixes the bytes of the padding, SSLv3 only its length. */
    private int unpadded(byte[] out, int offset, int length) throws BadRecordException {
        int padding = out[offset + length - 1] & 0xff;
        boolean bad = padding + 1 > length || ssl3 && padding >= block;
        for (int i = 0; !ssl3 && !bad && i < padding; i++) {
            bad = (out[offset + length - 2 - i] & 0xff) != padding;
        }
        if (bad) {
            throw new BadRecordException("record " + sequence + " has bad padding");
        }
        return length - padding - 1;
    }

    @Override
    public byte[] seal(int type, byte[] plaintext) {
        int macBefore = encryptThenMac ? 0 : mac.length();
        int padding = block - 1 - (plaintext.length + macBefore) % block;
        byte[] padded = Arrays.copyOf(plaintext, plaintext.length + macBefore + padding + 1);
        if (macBefore > 0) {
            byte[] tag = mac.of(sequence, type, plaintext, 0, plaintext.length);
            System.arraycopy(tag, 0, padded, plaintext.length, macBefore);
        }
        Arrays.fill(padded, plaintext.length + macBefore, padded.length, (byte) padding);
        byte[] iv = explicitIv ? unpredictable() : chained;
        byte[] encrypted;
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(iv));
            encrypted = cipher.doFinal(padded);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption under a good key cannot fail", e);
        }
        chained = Arrays.copyOfRange(encrypted, encrypted.length - block, encrypted.length);
        byte[] sent = explicitIv ? Tls12KeySchedule.join(iv, encrypted) : encrypted;
        if (encryptThenMac) {
            sent = Tls12KeySchedule.join(sent, mac.of(sequence, type, sent, 0, sent.length));
        }
        sequence++;
        return sent;
    }

    /** An IV that nobody can foresee: the sequence number, encrypted (RFC 5246 appendix F.3 asks for no more). */
    private byte[] unpredictable() {
        byte[] counter = new byte[block];
        AeadParameters.putLong(counter, block - 8, sequence + 1);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new IvParameterSpec(new byte[block]));
            return cipher.doFinal(counter);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption under a good key cannot fail", e);
        }
    }

    /** Before TLS 1.1 the last block of each record is the IV of the next. */
    @Override
    public void skip(byte[] fragment, int offset, int length) {
        int ciphertext = length - (encryptThenMac ? mac.length() : 0);
        if (!explicitIv && ciphertext >= block) {
            chained = Arrays.copyOfRange(fragment, offset + ciphertext - block, offset + ciphertext);
        }
        sequence++;
    }

    @Override
    public int openedType() {
        return openedType;
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public void sequence(long next) {
        sequence = next;
    }
}
