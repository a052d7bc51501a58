/**
 * Counting sessions for reports: by UTC day, domain, whole policy and kind of failure, durable and bounded.
 *
 * <p>Whoever sees sessions (the relay's delivery, the datagrams of a Postfix) turns each into a {@link
 * org.hikyaku.tlsrpt.count.SessionCount} and hands it to {@link org.hikyaku.tlsrpt.count.SessionCounts}; the sender of
 * reports reads the sums of a day from there.
 */
@NullMarked
package org.hikyaku.tlsrpt.count;

import org.jspecify.annotations.NullMarked;
