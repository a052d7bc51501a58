package org.hikyaku.capture.tls;

import org.hikyaku.capture.tcp.Side;

/** Takes what a TLS connection carried. */
public interface TlsListener {

    /**
     * Decrypted application data; a window that holds only during the call.
     *
     * @param frame number of the packet that brought the record's end
     * @param nanos its time
     */
    void application(Side side, byte[] data, int offset, int length, long frame, long nanos);

    /** Some application data is missing here: bytes were lost, or a record could not be opened. */
    void hole(Side side, long bytes, long frame);
}
