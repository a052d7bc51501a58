package org.hikyaku.capture;

import org.hikyaku.capture.tcp.Side;

/**
 * Takes what was said on one connection, decrypted where it was encrypted. Windows hold only during the call. The decoder is
 * ahead of what it tells: until {@link #end} the {@link Connection} may know more than was told, and its lists may grow.
 */
public interface ConnectionView {

    /**
     * The next bytes of one side.
     *
     * @param encrypted whether they came by TLS
     * @param frame number of the packet that completed them
     */
    void data(Side side, boolean encrypted, byte[] data, int offset, int length, long frame, long nanos);

    /** Bytes are missing here, or stayed dark. */
    void hole(Side side, boolean encrypted, long bytes, long frame);

    /** TLS begins. */
    void tlsBegins(long frame);

    /** Both sides have ended; the connection's report is complete. */
    void end();
}
