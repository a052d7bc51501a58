package org.hikyaku.tls.wire;

/** What protects one direction. @param mac empty for AEAD ciphers */
public record TrafficKeys(byte[] mac, byte[] key, byte[] iv) {}
