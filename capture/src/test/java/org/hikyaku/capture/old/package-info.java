/**
 * Sessions that no tool of today makes (SSL 3.0, export suites, DES, RC2, IDEA, compression), written byte by byte from
 * RFC 6101, 2246, 4346, 5246 and 3749. Nothing here uses the decoder's own key derivation or ciphers.
 */
@NullMarked
package org.hikyaku.capture.old;

import org.jspecify.annotations.NullMarked;
