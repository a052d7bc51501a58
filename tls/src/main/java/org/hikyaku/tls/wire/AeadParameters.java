package org.hikyaku.tls.wire;

import org.hikyaku.tls.wire.AeadProtection.Form;

/** Nonce and additional data of the record at hand, one after the other of one direction, as numbers. */
final class AeadParameters {
    private static final int NONCE = 12;

    private final Form form;
    private final int ivHead;
    private final long ivTail;
    private final byte[] nonce = new byte[NONCE];
    private final byte[] additional;
    private long nonceTail;
    private long sequence;
    private long header;

    /** @param iv 12 bytes, or 4 where records bring the rest */
    AeadParameters(Form form, byte[] iv) {
        this.form = form;
        this.ivHead = iv[0] << 24 | (iv[1] & 0xff) << 16 | (iv[2] & 0xff) << 8 | iv[3] & 0xff;
        this.ivTail = form == Form.TLS12_EXPLICIT ? 0 : getLong(iv, 4);
        this.additional = new byte[form == Form.TLS13 ? TlsRecord.HEADER : 8 + TlsRecord.HEADER];
    }

    /**
     * Goes on to a record.
     *
     * @param length as its additional data have it: in TLS 1.3 of the ciphertext, before it of the plaintext
     * @param fragment of which the first eight bytes may be the rest of the nonce
     */
    void take(long sequence, int type, int length, byte[] fragment, int offset) {
        this.sequence = sequence;
        this.nonceTail = form == Form.TLS12_EXPLICIT ? getLong(fragment, offset) : ivTail ^ sequence;
        this.header = (long) type << 32 | 0x0303_0000L | length;
    }

    /** Its first four bytes. */
    int nonceHead() {
        return ivHead;
    }

    /** The other eight. */
    long nonceTail() {
        return nonceTail;
    }

    /** Whether the sequence number stands before the header (RFC 5246 section 6.2.3.3). */
    boolean withSequence() {
        return form != Form.TLS13;
    }

    long sequence() {
        return sequence;
    }

    /** Type, version and length: five bytes. */
    long header() {
        return header;
    }

    /** As bytes: good until the next record. */
    byte[] nonce() {
        putLong(nonce, 0, (long) ivHead << 32);
        putLong(nonce, 4, nonceTail);
        return nonce;
    }

    /** As bytes: good until the next record. */
    byte[] additional() {
        int at = 0;
        if (withSequence()) {
            putLong(additional, 0, sequence);
            at = 8;
        }
        for (int i = 0; i < TlsRecord.HEADER; i++) {
            additional[at + i] = (byte) (header >>> (32 - 8 * i));
        }
        return additional;
    }

    static long getLong(byte[] in, int offset) {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | in[offset + i] & 0xff;
        }
        return value;
    }

    static void putLong(byte[] out, int offset, long value) {
        for (int i = 0; i < 8; i++) {
            out[offset + i] = (byte) (value >>> (56 - 8 * i));
        }
    }
}
