/**
 * What a relay has to do with TLS reports (RFC 8460): it counts its own sessions, sends the reports of each day over its own
 * queue and by POST, and takes in those that come to its addresses for them.
 */
@NullMarked
package org.hikyaku.relay.reports;

import org.jspecify.annotations.NullMarked;
