/**
 * Receiving: what is decided about a mail that comes in. Who may relay (users, listed networks, certificates), what our own
 * domains are, who a user is, and what is written on top of a mail before it goes into the queue.
 *
 * <p>The protocol itself is {@link org.hikyaku.smtp.server}, which knows nothing of queues or files.
 */
@NullMarked
package org.hikyaku.relay.receive;

import org.jspecify.annotations.NullMarked;
