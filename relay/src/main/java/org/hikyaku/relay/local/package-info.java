/**
 * Mail for own domains. {@link org.hikyaku.relay.local.LocalAddresses} says what an address is: a mailbox, an alias of
 * other addresses, or nobody. {@link org.hikyaku.relay.local.LocalDelivery} puts mail into mailboxes, which are Maildirs
 * here or with a mail store that is reached by LMTP (RFC 2033), and sends mail for an alias out again.
 *
 * <p>An alias is followed one step at a time: the mail goes back into the queue for what the alias stands for, with a
 * {@code Delivered-To:} field that names the alias. Whoever finds the address it is about to follow in such a field has
 * come round in a circle.
 */
@NullMarked
package org.hikyaku.relay.local;

import org.jspecify.annotations.NullMarked;
