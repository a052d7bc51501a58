package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.hikyaku.tls.TlsVersion;

/** Records under RC4 or without encryption (RFC 5246 section 6.2.3.1). The key stream runs on from record to record. */
final class StreamProtection implements RecordProtection {
    private final BulkCipher bulk;
    private final TrafficKeys keys;
    private final RecordMac mac;
    private Optional<Cipher> running = Optional.empty();
    private long sequence;
    private int openedType;

    StreamProtection(TlsVersion version, CipherSuite suite, TrafficKeys keys) {
        this.bulk = suite.cipher();
        this.keys = keys;
        this.mac = RecordMac.of(version, suite.mac(), keys.mac());
    }

    @Override
    public int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset)
            throws BadRecordException {
        int content = length - mac.length();
        if (content < 0) {
            throw new BadRecordException("record " + sequence + " is shorter than its MAC");
        }
        crypt(Cipher.DECRYPT_MODE, fragment, offset, length, out, outOffset);
        byte[] expected = mac.of(sequence, type, out, outOffset, content);
        if (!Arrays.equals(expected, 0, mac.length(), out, outOffset + content, outOffset + length)) {
            throw new BadRecordException("record " + sequence + " does not verify");
        }
        sequence++;
        openedType = type;
        return content;
    }

    @Override
    public byte[] seal(int type, byte[] plaintext) {
        byte[] tag = Arrays.copyOf(mac.of(sequence, type, plaintext, 0, plaintext.length), mac.length());
        byte[] out = Tls12KeySchedule.join(plaintext, tag);
        crypt(Cipher.ENCRYPT_MODE, out, 0, out.length, out, 0);
        sequence++;
        return out;
    }

    private void crypt(int mode, byte[] in, int offset, int length, byte[] out, int outOffset) {
        if (bulk == BulkCipher.NULL) {
            System.arraycopy(in, offset, out, outOffset, length);
            return;
        }
        try {
            if (running.isEmpty()) {
                Cipher cipher = Ciphers.of(bulk);
                cipher.init(mode, new SecretKeySpec(keys.key(), Ciphers.keyAlgorithm(bulk)));
                running = Optional.of(cipher);
            }
            running.get().update(in, offset, length, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stream cipher takes any bytes", e);
        }
    }

    /** The key stream runs on over what was lost. */
    @Override
    public void skip(byte[] fragment, int offset, int length) {
        crypt(Cipher.DECRYPT_MODE, fragment, offset, length, new byte[length], 0);
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
