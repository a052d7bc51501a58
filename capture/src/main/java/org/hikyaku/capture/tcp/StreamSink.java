package org.hikyaku.capture.tcp;

/** Takes one direction of a connection, in order. */
public interface StreamSink {

    /**
     * The next bytes of the stream; a window into a buffer that holds only during the call.
     *
     * @param frame number of the packet that brought them
     * @param nanos its time
     */
    void data(byte[] data, int offset, int length, long frame, long nanos);

    /**
     * Bytes that the capture lacks.
     *
     * @param length how many
     * @param cut true when a snapshot length cut them off, false when the packets are missing
     * @param frame number of the packet behind the hole
     */
    void gap(long length, boolean cut, long frame);

    /** The stream has ended: FIN, RST, or the end of the capture. */
    void end();
}
