/**
 * Carries one mail to one domain: walks the route in the order of preference, dials, goes over to TLS, has the judgement
 * decide, goes on to the next host, keeps connections for reuse under an equal plan (D26), and says what became of each
 * recipient and why.
 */
@NullMarked
package org.hikyaku.delivery;

import org.jspecify.annotations.NullMarked;
