/**
 * Mails themselves, byte-exact: composing and reading MIME, DKIM signatures, delivery status notices (RFC 3464).
 */
@NullMarked
package org.hikyaku.mail;

import org.jspecify.annotations.NullMarked;
