/**
 * DNS look-ups whose answer is known to be genuine, known to be unprotected, or known to be forged — and why.
 *
 * <p>DNSSEC signs each record set of a zone; the parent zone publishes a digest of the child's key (DS), up to the
 * root, whose key everyone knows beforehand. A validator walks down that chain: <em>secure</em> means every link was
 * checked; <em>insecure</em> means that a parent proved that the child is not signed; <em>bogus</em> means that a
 * signature or a proof that must be there is missing or wrong. A look-up that simply did not work is <em>failed</em>,
 * which is none of the three: whoever treats it as "no record" invites a downgrade (rules D1 and D9).
 *
 * <p>{@link org.hikyaku.dns.Answer} is sealed over exactly these four, so that the compiler asks each caller about
 * each of them.
 */
@NullMarked
package org.hikyaku.dns;

import org.jspecify.annotations.NullMarked;
