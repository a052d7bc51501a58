/**
 * TLS: live sessions with all their facts, and (in {@code wire}) the bytes themselves.
 *
 * <p>A handshake agrees on a version and a cipher suite, authenticates the server by a certificate chain and a
 * signature, derives keys from an exchange of key shares, and confirms all of it. Here the handshake is completed
 * first, whatever the certificate says, and judged afterwards by the policy room on {@link
 * org.hikyaku.tls.SessionFacts}: no trust decision hangs on a callback of a library.
 */
@NullMarked
package org.hikyaku.tls;

import org.jspecify.annotations.NullMarked;
