package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Records under an AEAD cipher: RFC 8446 section 5.2; RFC 5288, 6655 (explicit nonce), 7905 (implicit nonce). */
final class AeadProtection implements RecordProtection {

    /** How nonce and additional data are made. */
    enum Form {
        /** Nonce: IV xor sequence number. Additional data: the record header. The type is inside. */
        TLS13,
        /** Nonce: 4 bytes of IV, 8 bytes sent with the record. */
        TLS12_EXPLICIT,
        /** Nonce as in TLS 1.3, the rest as in TLS 1.2. */
        TLS12_IMPLICIT
    }

    private final RecordCiphers ciphers;
    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] iv;
    private final Form form;
    private final int tagLength;
    private final boolean chaCha;
    private final byte[] nonce = new byte[12];
    private final byte[] additional;
    private long sequence;
    private int openedType;

    AeadProtection(BulkCipher bulk, TrafficKeys keys, Form form, RecordCiphers ciphers) {
        this.ciphers = ciphers;
        this.cipher = ciphers.of(bulk);
        this.key = new SecretKeySpec(keys.key(), Ciphers.keyAlgorithm(bulk));
        this.iv = keys.iv();
        this.form = form;
        this.tagLength = bulk.mode() == BulkCipher.Mode.CCM_8 ? 8 : 16;
        this.chaCha = bulk.mode() == BulkCipher.Mode.CHACHA20_POLY1305;
        this.additional = new byte[form == Form.TLS13 ? TlsRecord.HEADER : 13];
    }

    @Override
    public int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset)
            throws BadRecordException {
        int explicit = form == Form.TLS12_EXPLICIT ? 8 : 0;
        int plain = length - explicit - tagLength;
        if (plain < (form == Form.TLS13 ? 1 : 0)) {
            throw new BadRecordException("a record of " + length + " bytes is too short to be protected");
        }
        nonce(fragment, offset);
        additional(type, form == Form.TLS13 ? length : plain);
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, parameters());
            cipher.updateAAD(additional);
            ciphers.doFinal(cipher, fragment, offset + explicit, length - explicit, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new BadRecordException("record " + sequence + " does not verify", e);
        }
        sequence++;
        openedType = type;
        return form == Form.TLS13 ? innerType(out, outOffset, plain) : plain;
    }

    /** RFC 8446 section 5.4: the type is the last byte that is not zero. */
    private int innerType(byte[] out, int outOffset, int length) throws BadRecordException {
        int end = outOffset + length;
        while (end > outOffset && out[end - 1] == 0) {
            end--;
        }
        if (end == outOffset) {
            throw new BadRecordException("record " + (sequence - 1) + " has nothing but padding");
        }
        openedType = out[end - 1] & 0xff;
        return end - 1 - outOffset;
    }

    @Override
    public byte[] seal(int type, byte[] plaintext) {
        int explicit = form == Form.TLS12_EXPLICIT ? 8 : 0;
        int inner = plaintext.length + (form == Form.TLS13 ? 1 : 0);
        byte[] out = new byte[explicit + inner + tagLength];
        if (explicit > 0) {
            putLong(out, 0, sequence);
        }
        nonce(out, 0);
        additional(
                form == Form.TLS13 ? ContentType.APPLICATION_DATA.code() : type,
                form == Form.TLS13 ? out.length : plaintext.length);
        byte[] input = Arrays.copyOf(plaintext, inner);
        if (form == Form.TLS13) {
            input[plaintext.length] = (byte) type;
        }
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, parameters());
            cipher.updateAAD(additional);
            cipher.doFinal(input, 0, inner, out, explicit);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption under a good key cannot fail", e);
        }
        sequence++;
        return out;
    }

    private AlgorithmParameterSpec parameters() {
        return chaCha ? new IvParameterSpec(nonce) : new GCMParameterSpec(tagLength * 8, nonce);
    }

    private void nonce(byte[] fragment, int offset) {
        if (form == Form.TLS12_EXPLICIT) {
            System.arraycopy(iv, 0, nonce, 0, 4);
            System.arraycopy(fragment, offset, nonce, 4, 8);
        } else {
            System.arraycopy(iv, 0, nonce, 0, 4);
            for (int i = 0; i < 8; i++) {
                nonce[4 + i] = (byte) (iv[4 + i] ^ sequence >>> (56 - 8 * i));
            }
        }
    }

    private void additional(int type, int length) {
        int at = form == Form.TLS13 ? 0 : 8;
        if (at > 0) {
            putLong(additional, 0, sequence);
        }
        additional[at] = (byte) type;
        additional[at + 1] = 3;
        additional[at + 2] = 3;
        additional[at + 3] = (byte) (length >>> 8);
        additional[at + 4] = (byte) length;
    }

    static void putLong(byte[] out, int offset, long value) {
        for (int i = 0; i < 8; i++) {
            out[offset + i] = (byte) (value >>> (56 - 8 * i));
        }
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
