package org.hikyaku.capture.tcp;

/** Is told of each connection when its first byte comes. */
@FunctionalInterface
public interface ConnectionListener {

    /**
     * A connection carries data.
     *
     * @param client who opened it; guessed from the ports when its beginning is not in the capture
     * @param server the other end
     * @param fromStart whether the capture holds its beginning (a SYN)
     * @param frame number of its first packet
     * @param nanos time of its first packet
     */
    ConnectionSink opened(Endpoint client, Endpoint server, boolean fromStart, long frame, long nanos);
}
