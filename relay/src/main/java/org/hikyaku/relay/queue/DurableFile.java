package org.hikyaku.relay.queue;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file that is written at its end and read anywhere. Written by one thread at a time, read by any number meanwhile. */
interface DurableFile extends Closeable {

    /** Writes all that is left in the first buffers behind what is there. */
    void append(ByteBuffer[] buffers, int count) throws IOException;

    /** All that was written, and the file's length, is on disk when this returns. */
    void force() throws IOException;

    /** As much as there is for the buffer from this position on: its free room, or up to the end of the file. */
    void read(ByteBuffer to, long position) throws IOException;

    long size() throws IOException;

    /** Cuts off the end, durably. */
    void truncate(long size) throws IOException;
}
