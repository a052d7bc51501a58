/**
 * An Internet of mail in one process: a signed root, top-level domains and mail domains, MX hosts, policy hosts, and
 * attackers on the wire, each domain with one property or flaw. It implements {@link org.hikyaku.dns.Resolver} and
 * {@link org.hikyaku.net.Network}, so everything above runs on it unchanged. It knows nothing of policy: what a correct
 * judgement of each domain is stands in its catalogue, written by hand.
 */
@NullMarked
package org.hikyaku.lab;

import org.jspecify.annotations.NullMarked;
