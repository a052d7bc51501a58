package org.hikyaku.net.poll;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Optional;

/** Where connections come in. */
public interface PollListener extends Closeable {
    /** Connections that the system holds until they are accepted; it may hold fewer. */
    int BACKLOG = 1024;

    /**
     * The next connection, if one waits. It is told of once it has a handler.
     *
     * @throws IOException when it cannot be had, for want of files to open say; it waits on
     */
    Optional<PollSocket> accept() throws IOException;

    /** Whether to be told of those who wait; true at first. */
    void want(boolean connections) throws IOException;

    /** The address; that of a Unix socket is its path, unresolved, with port 0. */
    InetSocketAddress local();
}
