/**
 * Taking reports in: by mail, where the signature tells who it is from (T13), by HTTPS POST, where nothing does, and from files;
 * each once (T20), about our own domains (T24), within bounds.
 */
@NullMarked
package org.hikyaku.tlsrpt.receive;

import org.jspecify.annotations.NullMarked;
