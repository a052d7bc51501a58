package org.hikyaku.capture.tls;

import org.hikyaku.capture.tcp.Side;
import org.hikyaku.tls.wire.HandshakeMessage;

/**
 * A handshake message as it passed.
 *
 * @param encrypted whether it was encrypted on the wire
 */
public record Step(long frame, long nanos, Side side, HandshakeMessage message, boolean encrypted) {}
