/**
 * Made-up packets around byte streams that once were, or never were, a TCP connection: so that what TLS carried can be
 * read by any tool as plain TCP, and so that a session seen from inside can be kept as a capture.
 */
@NullMarked
package org.hikyaku.capture.synthetic;

import org.jspecify.annotations.NullMarked;
