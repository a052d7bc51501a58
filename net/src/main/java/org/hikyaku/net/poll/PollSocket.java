package org.hikyaku.net.poll;

import java.io.Closeable;
import java.io.IOException;

/** One connection; none of its calls waits. For the poller's thread alone. */
public interface PollSocket extends Closeable {
    /** What {@link #receive} returns when the other side will send no more. */
    int END = -1;

    /** What a connection waits for. */
    enum Want {
        READ,
        WRITE,
        NOTHING
    }

    /** Has the handler run whenever what is wanted may be possible. Reading is wanted at first. */
    void handler(Runnable ready) throws IOException;

    /** Says what to wait for from now on; what came meanwhile is not lost. */
    void want(Want want) throws IOException;

    /**
     * Takes what has come into the buffer, from its begin on.
     *
     * @return bytes taken, 0 when there is nothing now, {@link #END} at the end
     */
    int receive(PollBuffer into) throws IOException;

    /**
     * Sends bytes out of the buffer.
     *
     * @return how many were taken, perhaps fewer, perhaps none
     */
    int send(PollBuffer from, int at, int length) throws IOException;

    boolean isOpen();

    /** Never fails: what there was to say, the other side has not got. */
    @Override
    void close();

    /** The other side, for a log. */
    @Override
    String toString();
}
