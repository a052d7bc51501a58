/**
 * DKIM keys (RFC 6376, RFC 8301, RFC 8463): the public keys by which a domain's mail is verified, each at
 * {@code SELECTOR._domainkey.DOMAIN}.
 *
 * <p>Selectors are chosen freely and stand only in mails, so that the DNS alone never shows all keys: not finding one
 * says nothing. What can be known is that there are none at all, when {@code _domainkey} does not exist, for below a name
 * that does not exist there is nothing (RFC 8020). So presence has three values: found, not there, not known.
 */
@NullMarked
package org.hikyaku.check.auth.dkim;

import org.jspecify.annotations.NullMarked;
