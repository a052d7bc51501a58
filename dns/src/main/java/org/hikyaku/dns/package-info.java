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
 *
 * <p>{@link org.hikyaku.dns.ValidatingResolver} wraps a plain {@link org.hikyaku.dns.Resolver}, which only fetches. A
 * signature names the zone that made it, so the chain is built from below: keys and DS of that zone, then of the zone
 * that signed the DS, until a zone is reached that is remembered or has a trust anchor. Only data without signatures
 * needs the walk from above, to the delegation that is proved to be unsigned. What does not exist is proved by NSEC or
 * NSEC3 records, which name or hash the neighbours of the gap. Clocks may be off by a bounded part of a signature's
 * lifetime ({@link org.hikyaku.dns.SkewRule}); an answer that needs that says so. Whatever a hostile zone may try to
 * make us compute has a limit with a name ({@link org.hikyaku.dns.ValidatorOptions.Limits}). Each bogus answer carries
 * its cause as RFC 8914 code, sentence and cure, and the {@link org.hikyaku.dns.Proof} shows the chain zone by zone.
 */
@NullMarked
package org.hikyaku.dns;

import org.jspecify.annotations.NullMarked;
