/**
 * The durable queue: mails that were accepted and wait for delivery.
 *
 * <p>A mail comes in as a {@link org.hikyaku.relay.queue.Draft}, which is on disk when its commit returns; it goes out in
 * {@link org.hikyaku.relay.queue.Parcel}s, one for each destination domain, which the {@link org.hikyaku.relay.queue.Due} view hands
 * out as their time comes; and what became of each recipient is written down by {@link org.hikyaku.relay.queue.Settlement}s.
 */
@NullMarked
package org.hikyaku.relay.queue;

import org.jspecify.annotations.NullMarked;
