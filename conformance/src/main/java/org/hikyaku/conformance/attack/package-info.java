/**
 * Attacks on mail that anyone can watch. A sender ({@link org.hikyaku.delivery.Courier} as it delivers everywhere) mails a
 * receiver of the lab; an {@link org.hikyaku.conformance.attack.Attack} takes its {@link
 * org.hikyaku.conformance.attack.Seat} between the two, on the wire, in the DNS or in the policy host's place. What became of
 * the mail is not reasoned out but measured: by what the attacker holds in hand, what arrived, and what the sender says.
 *
 * <p>{@code check} derives the same matrix without any attack ({@link org.hikyaku.check.matrix.ThreatModel}); a test holds
 * the two equal, and both against a table written by hand.
 */
@NullMarked
package org.hikyaku.conformance.attack;

import org.jspecify.annotations.NullMarked;
