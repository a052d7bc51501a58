/**
 * What was said, told by the application protocol: SMTP, IMAP, POP3 and HTTP/1.1, found by content. Lines in the order in
 * which they passed, passwords masked, mails put together byte by byte.
 */
@NullMarked
package org.hikyaku.capture.talk;

import org.jspecify.annotations.NullMarked;
