/**
 * CAA (RFC 8659, parameters of RFC 8657, {@code issuemail} of RFC 9495): which authorities may issue certificates for a
 * name.
 *
 * <p>An authority looks for CAA records at the name in the certificate, then at each parent up to the top-level domain;
 * the first set that is there counts, alone. Where it has {@code issue}, only the authorities named there may issue;
 * where it has none, all may. A record that is critical and unknown to the authority forbids everything, and so does an
 * {@code issue} that breaks the grammar.
 *
 * <p>It is the next renewal that a wrong set stops, months after somebody wrote it. So the set is held against the
 * authority that issued the certificate in use, as far as its name in CAA records is known.
 */
@NullMarked
package org.hikyaku.check.auth.caa;

import org.jspecify.annotations.NullMarked;
