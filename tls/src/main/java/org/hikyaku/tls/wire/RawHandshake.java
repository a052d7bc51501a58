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
        byte[] all = new byte[4 + body.length];
        all[0] = (byte) type;
        all[1] = (byte) (body.length >>> 16);
        all[2] = (byte) (body.length >>> 8);
        all[3] = (byte) body.length;
        System.arraycopy(body, 0, all, 4, body.length);
        return all;
    }
}
