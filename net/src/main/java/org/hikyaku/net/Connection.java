package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;

/** A byte stream both ways. Reads and writes block the (virtual) thread and fail when the deadline passes. */
public interface Connection extends Closeable {

    /** Bytes from the other side; throws {@link java.net.SocketTimeoutException} when the deadline passes. */
    InputStream input();

    /** Bytes to the other side. */
    OutputStream output();

    InetSocketAddress remote();

    InetSocketAddress local();

    /** Replaces the deadline that every following read obeys. */
    void within(Deadline deadline);

    /**
     * Acknowledges at once what has been read, where the system can. A client that gathers what it sends (Nagle's algorithm)
     * waits for the acknowledgement of its last bytes, which the system would else hold back for 40 ms in the hope of sending
     * it along with an answer; this is for where no answer follows.
     */
    default void acknowledge() throws IOException {}
}
