/**
 * What a TLS server will do, found out with as few connections as possible.
 *
 * <p>A probe writes its own ClientHello and reads what comes back, so that it sees what no TLS library will speak. Most
 * of what can be known about a server up to TLS 1.2 stands in the clear in its first answer: version, suite,
 * certificate, key exchange and its signature, or the alert with which it refuses. What TLS 1.3 encrypts, and what needs
 * a finished session, is read by a minimal handshake over the same key schedule that decrypts captures. Each hello is
 * chosen for what its answer decides: a refusal of forty suites settles forty questions at once.
 */
@NullMarked
package org.hikyaku.tls.probe;

import org.jspecify.annotations.NullMarked;
