/**
 * TLS reports both ways (RFC 8460): sessions counted by policy and day, reports written, sent, taken in, kept and summed up.
 */
@NullMarked
package org.hikyaku.tlsrpt;

import org.jspecify.annotations.NullMarked;
