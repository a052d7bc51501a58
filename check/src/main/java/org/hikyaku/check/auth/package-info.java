/**
 * Who may send in a domain's name, and who may issue certificates for its servers: what a domain publishes about it in
 * the DNS, read whole. Each protocol has a package of its own; here is what they share.
 *
 * <p>Reading is pure: a reader takes the answers that it has, says which questions it would need answered to go on, and
 * is called again with those. So whoever asks may ask many questions at once, and a test needs a map and no server. An
 * answer that failed or is bogus is never taken for an absent record.
 */
@NullMarked
package org.hikyaku.check.auth;

import org.jspecify.annotations.NullMarked;
