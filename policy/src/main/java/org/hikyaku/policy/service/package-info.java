/**
 * Tells Postfix, domain by domain, which TLS policy to use: what {@code smtp_tls_policy_maps} asks over Postfix's
 * socketmap protocol ({@code man 5 socketmap_table}).
 *
 * <p>Postfix does DANE by itself at its level {@code dane}, and knows nothing of MTA-STS; a policy map that says
 * {@code secure} for every domain with an MTA-STS policy switches DANE off there, and a failing DANE check is rescued by
 * the policy (against rule S1). So the answer here follows from both: {@link org.hikyaku.policy.service.PolicyDecision}
 * is a pure function of the same observation and the same plans that the relay uses. Postfix asks per domain while plans
 * are per host; what that costs is said on each branch and listed in {@code docs/policy.md}.
 *
 * <p>{@link org.hikyaku.policy.service.NextHop} reads the key, {@link org.hikyaku.policy.service.PolicyService} answers
 * and remembers, {@link org.hikyaku.policy.service.SocketmapServer} speaks the protocol.
 */
@NullMarked
package org.hikyaku.policy.service;

import org.jspecify.annotations.NullMarked;
