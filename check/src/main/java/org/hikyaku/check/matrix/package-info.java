/**
 * The threat matrix: for every kind of sender and every kind of attacker, what becomes of mail to a domain.
 *
 * <p>Nothing here knows what DANE or MTA-STS are good for. An attacker on the wire changes the outcome of the session,
 * one who forges DNS or keeps the policy host away changes what was observed; then the plan is made and judged by the
 * same classes that the rest of Hikyaku delivers by ({@link org.hikyaku.policy.Planner}, {@link
 * org.hikyaku.policy.Judge}, {@link org.hikyaku.policy.StsCache}), and the cell says what they said. A kind of sender is a
 * configuration of the planner and what its policy cache holds.
 */
@NullMarked
package org.hikyaku.check.matrix;

import org.jspecify.annotations.NullMarked;
