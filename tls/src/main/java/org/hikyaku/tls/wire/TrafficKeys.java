package org.hikyaku.tls.wire;

/**
 * What protects one direction.
 *
 * @param mac empty for AEAD ciphers
 */
@SuppressWarnings("ArrayRecordComponent") // bytes as they are on the wire, not copied
public record TrafficKeys(byte[] mac, byte[] key, byte[] iv) {
    /** What stands for the key of a MAC where there is none. */
    static final byte[] NO_MAC = {};
}
