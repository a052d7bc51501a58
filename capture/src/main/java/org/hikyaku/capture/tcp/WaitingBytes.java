package org.hikyaku.capture.tcp;

/** Counts what the streams of one reassembler keep that waits for missing segments. One thread at a time. */
final class WaitingBytes {
    /** What a segment costs beside its bytes. */
    private static final int OBJECT = 96;

    private final long most;
    private long bytes;

    WaitingBytes(long most) {
        this.most = most;
    }

    void add(int segment) {
        bytes += segment + OBJECT;
    }

    void remove(int segment) {
        bytes -= segment + OBJECT;
    }

    /** Too much: a stream that gets one more gives up what it lacks. */
    boolean full() {
        return bytes > most;
    }
}
