package org.hikyaku.capture.talk;

import org.hikyaku.capture.tcp.Side;

/** One application protocol's way of reading lines. */
interface Dialogue {

    /**
     * A line; the dialogue hands it on, masked where needed.
     *
     * @param ending bytes of its end: 2 for CR LF, 1 for LF alone, 0 when it was not there
     */
    void line(Side side, byte[] line, int length, int ending, long frame, long nanos);

    /**
     * Offers lines before they are cut, from the beginning of one.
     *
     * @return bytes of the whole lines that it took at once; the line behind them comes by {@link #line}
     */
    default int lines(Side side, byte[] d, int offset, int end) {
        return 0;
    }

    /** Part of a run that the dialogue asked for. */
    void raw(Side side, byte[] d, int offset, int length, boolean last, long frame, long nanos);

    /** Bytes are missing. */
    default void hole(Side side, long bytes) {}

    /** The connection has ended; the last packet with data was this one. */
    default void end(long frame, long nanos) {}
}
