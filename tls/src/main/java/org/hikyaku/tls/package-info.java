/**
 * TLS: live sessions with all their facts, and (in {@code wire}) the bytes themselves.
 *
 * <p>A handshake agrees on a version and a cipher suite, authenticates the server by a certificate chain and a
 * signature, derives keys from an exchange of key shares, and confirms all of it. Here the handshake is completed
 * first, whatever the certificate says, and judged afterwards by the policy room on {@link
 * org.hikyaku.tls.SessionFacts}: no trust decision hangs on a callback of a library.
 *
 * <p>{@link org.hikyaku.tls.TlsClient} and {@link org.hikyaku.tls.TlsServer} hold sessions by BouncyCastle's low-level TLS, with the JDK's and Conscrypt's
 * arithmetic. When none comes about, {@link org.hikyaku.tls.HandshakeFailure} says how far it got, who gave up, and
 * which alert was sent. A {@link org.hikyaku.tls.KeyLog} takes the secrets where somebody asked for them.
 */
@NullMarked
package org.hikyaku.tls;

import org.jspecify.annotations.NullMarked;
