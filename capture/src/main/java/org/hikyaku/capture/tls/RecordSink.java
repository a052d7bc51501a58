package org.hikyaku.capture.tls;

/** Takes the records of one direction. Arrays are windows that hold only during the call. */
interface RecordSink {

    /** A whole record. */
    void record(int type, int version, byte[] data, int offset, int length, long frame, long nanos);

    /** A ClientHello in the shape of SSL 2.0 (RFC 6101 appendix E.1), without its two bytes of length. */
    void ssl2Hello(byte[] message, long frame, long nanos);

    /** A record some bytes of which are missing (they stand there as anything); the next one follows behind it. */
    void damaged(int type, int version, byte[] data, int offset, int length, Loss loss);

    /**
     * A run of bytes is missing, and nobody knows how many records with it.
     *
     * @param loss bytes that the capture lacks
     */
    void lost(Loss loss);

    /**
     * Bytes that the capture lacks.
     *
     * @param bytes how many
     * @param cut whether a snapshot length cut them off
     * @param frame the packet behind the hole
     * @param offset how many bytes this direction had sent in TLS before them, or that were known to be missing
     */
    record Loss(long bytes, boolean cut, long frame, long offset) {}

    /**
     * Behind a loss: whether this may be a record. Called with its header and whole fragment.
     *
     * @param skipped bytes since the last good record's end
     */
    boolean isRecord(int type, int version, byte[] data, int offset, int length, long skipped, boolean another);
}
