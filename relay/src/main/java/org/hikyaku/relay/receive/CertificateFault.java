package org.hikyaku.relay.receive;

/**
 * Something that is wrong with our own certificate.
 *
 * @param fatal true when no TLS can be offered with it; else senders that look closely will not deliver
 * @param sentence what is wrong and what to do
 */
public record CertificateFault(boolean fatal, String sentence) {}
