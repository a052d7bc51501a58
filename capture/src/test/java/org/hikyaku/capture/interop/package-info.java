/** The decoder beside real tools: tcpdump captures what OpenSSL's client and server say, tshark decrypts it as well. */
@NullMarked
package org.hikyaku.capture.interop;

import org.jspecify.annotations.NullMarked;
