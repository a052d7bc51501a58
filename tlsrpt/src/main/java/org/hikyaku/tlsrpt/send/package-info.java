/**
 * Sending the daily reports (RFC 8460 sections 3 to 5): who asks for one, the mail and the POST, every address tried, and tried
 * again for a day.
 */
@NullMarked
package org.hikyaku.tlsrpt.send;

import org.jspecify.annotations.NullMarked;
