/**
 * DKIM signatures (RFC 6376, RFC 8301, RFC 8463): made with rsa-sha256 or ed25519-sha256 in relaxed form, and checked in both
 * forms.
 */
@NullMarked
package org.hikyaku.mail.dkim;

import org.jspecify.annotations.NullMarked;
