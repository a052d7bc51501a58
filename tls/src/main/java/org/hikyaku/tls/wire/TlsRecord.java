package org.hikyaku.tls.wire;

/**
 * One record as it stood on the wire.
 *
 * @param type {@link ContentType#code}; for SSLv2 0
 * @param version the version field, such as 0x0303; 0x0002 for SSLv2
 * @param fragment what follows the header; for SSLv2 the message with its type
 * @param offset of the record's first byte in the stream
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public record TlsRecord(int type, int version, byte[] fragment, long offset) {
    /** Bytes of a record header since SSLv3. */
    public static final int HEADER = 5;

    public boolean is(ContentType contentType) {
        return type == contentType.code();
    }

    public boolean sslv2() {
        return version == 0x0002;
    }

    /** Header and fragment, ready to be sent; a fragment must not be longer than 2^14 + 2048 bytes. */
    public static byte[] encode(ContentType type, int version, byte[] fragment) {
        return new WireWriter().u8(type.code()).u16(version).opaque16(fragment).toBytes();
    }
}
