package org.hikyaku.tls.wire;

import java.util.OptionalLong;
import org.hikyaku.tls.TlsVersion;

/**
 * Protection of the records of one direction: holds key, cipher and sequence number. Made for decoding many records: the
 * cipher objects are kept, and plaintext goes into the caller's buffer. Not thread-safe.
 */
public interface RecordProtection {

    /**
     * Decrypts and verifies the next record.
     *
     * @param type the record's outer type
     * @param fragment holds the record's fragment
     * @param out where the plaintext goes, with room for {@code length} bytes; may be {@code fragment} itself at the
     *     same offset
     * @return bytes of plaintext
     * @throws BadRecordException when it does not verify; the sequence number then stays
     */
    int open(int type, byte[] fragment, int offset, int length, byte[] out, int outOffset) throws BadRecordException;

    /** The type of the record opened last: in TLS 1.3 it is inside (RFC 8446 section 5.2). */
    int openedType();

    /** Protects the next record; returns its fragment. In TLS 1.3 the outer type is then application_data. */
    byte[] seal(int type, byte[] plaintext);

    /** The number of the next record. */
    long sequence();

    /** Sets the number of the next record: for decoders that find the way again after a loss. */
    void sequence(long next);

    /**
     * Whether {@link #mayBe} can tell anything of records under this cipher.
     */
    default boolean looks() {
        return false;
    }

    /**
     * Whether a record may be the one of this number, by a look that costs a small part of opening it: false is certain.
     *
     * @param fragment holds the record's fragment
     */
    default boolean mayBe(long number, int type, byte[] fragment, int offset, int length) {
        return true;
    }

    /**
     * The number of a record behind others that were lost, by what it says of itself; a guess.
     *
     * @param fragment holds the record's fragment
     */
    default OptionalLong guess(byte[] fragment, int offset, int length) {
        return OptionalLong.empty();
    }

    /**
     * Goes past a record that cannot be opened because bytes of it or before it are missing, so that later ones open: its
     * number, and for ciphers whose state runs on from record to record what can be made up for it.
     *
     * @param fragment holds the record's fragment; what is missing may stand there as anything
     */
    default void skip(byte[] fragment, int offset, int length) {
        sequence(sequence() + 1);
    }

    /** The protection of TLS 1.3. */
    static RecordProtection tls13(CipherSuite suite, TrafficKeys keys) {
        return tls13(suite, keys, new RecordCiphers());
    }

    /** The protection of TLS 1.3, with the ciphers of the thread that uses it. */
    static RecordProtection tls13(CipherSuite suite, TrafficKeys keys, RecordCiphers ciphers) {
        return new AeadProtection(suite.cipher(), keys, AeadProtection.Form.TLS13, ciphers);
    }

    /**
     * The protection of SSLv3 to TLS 1.2.
     *
     * @param encryptThenMac whether RFC 7366 was agreed; only CBC ciphers heed it
     * @throws UnsupportedOperationException when the cipher is not implemented: ask {@link #supported} first
     */
    static RecordProtection tls12(TlsVersion version, CipherSuite suite, TrafficKeys keys, boolean encryptThenMac) {
        return tls12(version, suite, keys, encryptThenMac, new RecordCiphers());
    }

    /** The same, with the ciphers of the thread that uses it. */
    static RecordProtection tls12(
            TlsVersion version, CipherSuite suite, TrafficKeys keys, boolean encryptThenMac, RecordCiphers ciphers) {
        return switch (suite.cipher().mode()) {
            case GCM, CCM, CCM_8 ->
                new AeadProtection(suite.cipher(), keys, AeadProtection.Form.TLS12_EXPLICIT, ciphers);
            case CHACHA20_POLY1305 ->
                new AeadProtection(suite.cipher(), keys, AeadProtection.Form.TLS12_IMPLICIT, ciphers);
            case CBC -> new CbcProtection(version, suite, keys, encryptThenMac);
            case NULL, STREAM -> new StreamProtection(version, suite, keys);
            case OTHER_AEAD, OTHER ->
                throw new UnsupportedOperationException("no record protection for " + suite.name());
        };
    }

    /** True when records under this suite can be protected and opened. */
    static boolean supported(CipherSuite suite) {
        return switch (suite.cipher().mode()) {
            case GCM, CCM, CCM_8, CHACHA20_POLY1305, CBC, STREAM -> true;
            case NULL -> suite.mac() != CipherSuite.Mac.OTHER && !suite.tls13();
            case OTHER_AEAD, OTHER -> false;
        };
    }
}
