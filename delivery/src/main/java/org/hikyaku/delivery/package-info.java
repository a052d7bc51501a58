/**
 * Carries one mail to one domain.
 *
 * <p>A {@link org.hikyaku.delivery.Carrier} gets a {@link org.hikyaku.delivery.Consignment}: one mail and those of its
 * recipients that share a domain. It finds out where the domain's mail goes and what each MX host must show
 * ({@link org.hikyaku.policy.Planner}), walks the hosts in order of preference, opens a session or takes one that is
 * kept under an equal plan (D26), has {@link org.hikyaku.policy.Judge} judge it, and hands the mail over. Each recipient
 * ends with a {@link org.hikyaku.delivery.Fate}, and with one {@link org.hikyaku.delivery.DeliveryLine} in the log; each
 * session is counted once for TLS-RPT through {@link org.hikyaku.delivery.SessionCounter}.
 *
 * <p>Nothing here decides about trust: the plan says what is demanded, the verdict whether it was met.
 */
@NullMarked
package org.hikyaku.delivery;

import org.jspecify.annotations.NullMarked;
