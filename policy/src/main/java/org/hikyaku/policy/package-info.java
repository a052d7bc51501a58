/**
 * What a receiving domain promises, and whether what happened kept the promise.
 *
 * <p><b>DANE</b> (RFC 7672): the MX host's owner publishes a TLSA record with a digest of its key in a DNSSEC-signed
 * zone; a sender that validates it must use TLS with exactly that key, or wait. <b>MTA-STS</b> (RFC 8461): the domain's
 * owner publishes over HTTPS which MX hosts are his; a sender that has the policy demands a certificate that public CAs
 * vouch for, with the host's name. <b>TLS-RPT</b> (RFC 8460): where to send the daily report on how that went.
 *
 * <p>{@link org.hikyaku.policy.DomainObservation} holds what was observed, {@link org.hikyaku.policy.Route} what follows
 * for a recipient domain, {@link org.hikyaku.policy.DeliveryPlan} what one MX host must show, and
 * {@link org.hikyaku.policy.Verdict} whether it did. All four are pure values; this is the one place in Hikyaku that
 * decides about trust. The rules D, S, T and Q are quoted by number on the branches that implement them; {@code
 * docs/rules.md} lists them.
 */
@NullMarked
package org.hikyaku.policy;

import org.jspecify.annotations.NullMarked;
