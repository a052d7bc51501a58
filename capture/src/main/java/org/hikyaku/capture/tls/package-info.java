/**
 * TLS as it passed by: records found in the two byte streams of a connection, the handshake followed, keys joined from
 * logs, private keys and earlier sessions, and the records opened with them.
 *
 * <p>Up to TLS 1.2 everything follows from one <em>master secret</em> per session. A key log gives it by the client's
 * random ({@code CLIENT_RANDOM}); the server's RSA key gives it when the suite's key exchange is RSA, for then the client
 * sent the premaster secret under that key; a resumed session has its parent's. TLS 1.3 has no master secret to give
 * away: the log holds one <em>traffic secret</em> for each direction and phase (early data, handshake, application), and
 * KeyUpdate leads from one to the next.
 *
 * <p>A reader of captures is never asked to wait and never sends: bytes may be missing, and either direction may come
 * late. So each direction keeps its records until what they need from the other direction has come, finds the record
 * layer again behind a hole, and tries how many records were lost in it. What stays dark gets exactly one
 * {@link org.hikyaku.capture.tls.Dark reason}.
 */
@NullMarked
package org.hikyaku.capture.tls;

import org.jspecify.annotations.NullMarked;
