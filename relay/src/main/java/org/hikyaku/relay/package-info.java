/**
 * A mail server: takes mail in from the Internet and from users, keeps it in a durable queue, has it delivered, and tells the
 * sender when that cannot be done (RFC 5321, RFC 6409, RFC 3464).
 */
@NullMarked
package org.hikyaku.relay;

import org.jspecify.annotations.NullMarked;
