/**
 * SMTP, the client's side: greeting, EHLO, STARTTLS, EHLO again; lines and replies within limits.
 *
 * <p>The server speaks first with a greeting; the client introduces itself with EHLO and learns the extensions; when
 * STARTTLS is among them the client may ask for it, and after {@code 220} both sides start a TLS handshake on the same
 * connection. Whatever was said before is forgotten: extensions are asked for again inside TLS, and nothing that was
 * received in clear may be read as if it had come inside (RFC 3207 section 6, part X of the rules).
 */
@NullMarked
package org.hikyaku.smtp;

import org.jspecify.annotations.NullMarked;
