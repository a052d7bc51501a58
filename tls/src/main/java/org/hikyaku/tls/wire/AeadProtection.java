package org.hikyaku.tls.wire;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

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
    private final BulkCipher bulk;
    private final byte[] key;
    private final Form form;
    private final int tagLength;
    private final AeadParameters parameters;

    /** Opens short records, where there is a library for them. */
    private final @Nullable RecordLibrary library;

    /** Made for the first record that needs it. */
    private @Nullable SecretKeySpec cipherKey;

    /** Made for the first record that is looked for. */
    private @Nullable LastByte lastByte;

    private long sequence;
    private int openedType;

    /** What the nonce of the record opened last had beyond its number. */
    private long nonceAhead;

    AeadProtection(BulkCipher bulk, TrafficKeys keys, Form form, RecordCiphers ciphers) {
        this.ciphers = ciphers;
        this.bulk = bulk;
        this.key = keys.key();
        this.form = form;
        this.tagLength = bulk.mode() == BulkCipher.Mode.CCM_8 ? 8 : 16;
        this.parameters = new AeadParameters(form, keys.iv());
        Optional<RecordLibrary> present = RecordLibrary.opens(bulk) ? ciphers.library() : Optional.empty();
        this.library = present.orElse(null);
    }

    @Override
    public int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset)
            throws BadRecordException {
        int explicit = form == Form.TLS12_EXPLICIT ? 8 : 0;
        int plain = length - explicit - tagLength;
        if (plain < (form == Form.TLS13 ? 1 : 0)) {
            throw new BadRecordException("a record of " + length + " bytes is too short to be protected");
        }
        parameters.take(sequence, type, form == Form.TLS13 ? length : plain, fragment, offset);
        RecordLibrary shortly = library;
        if (shortly == null || plain > RecordLibrary.LONGEST) {
            openByCipher(fragment, offset + explicit, length - explicit, out, outOffset);
        } else if (!shortly.open(
                this, key, parameters, fragment, offset + explicit, length - explicit, out, outOffset)) {
            throw new BadRecordException("record " + sequence + " does not verify");
        }
        nonceAhead = parameters.nonceTail() - sequence;
        sequence++;
        openedType = type;
        return form == Form.TLS13 ? innerType(out, outOffset, plain) : plain;
    }

    private void openByCipher(byte[] fragment, int offset, int length, byte[] out, int outOffset)
            throws BadRecordException {
        Cipher cipher = ciphers.of(bulk);
        try {
            cipher.init(Cipher.DECRYPT_MODE, cipherKey(), specification());
            cipher.updateAAD(parameters.additional());
            ciphers.doFinal(cipher, fragment, offset, length, out, outOffset);
        } catch (GeneralSecurityException e) {
            throw new BadRecordException("record " + sequence + " does not verify", e);
        }
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
    public boolean looks() {
        if (form == Form.TLS13 && lastByte == null) {
            lastByte = LastByte.of(bulk, key).orElse(null);
        }
        return lastByte != null;
    }

    /** RFC 8446 section 5.4: a record ends with its type, or with zeros behind it. */
    @Override
    public boolean mayBe(long number, int type, byte[] fragment, int offset, int length) {
        int plain = length - tagLength;
        LastByte last = lastByte;
        if (last == null || plain < 1) {
            return true;
        }
        parameters.take(number, type, length, fragment, offset);
        int end = fragment[offset + plain - 1] & 0xff ^ last.keyStream(parameters.nonce(), plain - 1);
        return end == 0 || ContentType.known(end) != null;
    }

    /** Explicit nonces are counted as records are, by everybody: RFC 5288 section 3 leaves only where they begin. */
    @Override
    public OptionalLong guess(byte[] fragment, int offset, int length) {
        return form == Form.TLS12_EXPLICIT && length >= Long.BYTES
                ? OptionalLong.of(AeadParameters.getLong(fragment, offset) - nonceAhead)
                : OptionalLong.empty();
    }

    @Override
    public byte[] seal(int type, byte[] plaintext) {
        int explicit = form == Form.TLS12_EXPLICIT ? 8 : 0;
        int inner = plaintext.length + (form == Form.TLS13 ? 1 : 0);
        byte[] out = new byte[explicit + inner + tagLength];
        if (explicit > 0) {
            AeadParameters.putLong(out, 0, sequence);
        }
        parameters.take(
                sequence,
                form == Form.TLS13 ? ContentType.APPLICATION_DATA.code() : type,
                form == Form.TLS13 ? out.length : plaintext.length,
                out,
                0);
        byte[] input = Arrays.copyOf(plaintext, inner);
        if (form == Form.TLS13) {
            input[plaintext.length] = (byte) type;
        }
        Cipher cipher = ciphers.of(bulk);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, cipherKey(), specification());
            cipher.updateAAD(parameters.additional());
            cipher.doFinal(input, 0, inner, out, explicit);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("encryption under a good key cannot fail", e);
        }
        sequence++;
        return out;
    }

    private SecretKeySpec cipherKey() {
        SecretKeySpec made = cipherKey;
        if (made == null) {
            made = new SecretKeySpec(key, Ciphers.keyAlgorithm(bulk));
            cipherKey = made;
        }
        return made;
    }

    private AlgorithmParameterSpec specification() {
        return bulk.mode() == BulkCipher.Mode.CHACHA20_POLY1305
                ? new IvParameterSpec(parameters.nonce())
                : new GCMParameterSpec(tagLength * 8, parameters.nonce());
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
