/**
 * TCP put together again as the receiver saw it (RFC 9293): two byte streams per connection, in order, each byte once.
 * What is missing from the capture is told apart from what only came late: a hole is declared when the other side has
 * acknowledged what lies behind it and it does not turn up, or at the end.
 */
@NullMarked
package org.hikyaku.capture.tcp;

import org.jspecify.annotations.NullMarked;
