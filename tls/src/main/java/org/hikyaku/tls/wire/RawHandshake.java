package org.hikyaku.tls.wire;

/**
 * A whole handshake message before its contents are read.
 *
 * @param type of {@link HandshakeType}
 * @param body what follows the four-byte header
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public record RawHandshake(int type, byte[] body) {

    /** Header and body, as hashed into the transcript. */
    public byte[] encoded() {
        return new WireWriter().u8(type).opaque24(body).toBytes();
    }
}
