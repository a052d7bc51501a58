/**
 * Captures: read, put together again, decrypted, told.
 *
 * <p>A capture file holds packets with the time at which they passed. From the bottom up: {@code file} reads the file
 * formats, {@code ip} finds the IP packet in each frame and puts fragments together, {@code tcp} turns segments into two
 * byte streams per connection as the receiver saw them, and above that TLS records are decrypted when there are keys.
 * Everything here is hostile input: lengths lie, bytes are missing. Each layer has limits, counts what it had to drop,
 * and never fails because of what a packet says.
 */
@NullMarked
package org.hikyaku.capture;

import org.jspecify.annotations.NullMarked;
