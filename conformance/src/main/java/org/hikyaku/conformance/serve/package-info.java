/**
 * The lab on real ports, for other people's software: name servers, a validating resolver, mail servers, policy hosts
 * and receivers of TLS reports, under the addresses that its DNS gives.
 *
 * <p>{@link org.hikyaku.conformance.serve.ServedLab} stands it up and tells of all that its servers see as
 * {@link org.hikyaku.conformance.serve.Sighting}s, each with the domain of the catalogue that it is about. What the
 * domains are is the catalogue's matter (room {@code lab}); whether a sender did right is judged elsewhere.
 */
@NullMarked
package org.hikyaku.conformance.serve;

import org.jspecify.annotations.NullMarked;
