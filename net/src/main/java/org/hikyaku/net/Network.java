package org.hikyaku.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/** The seam to TCP: the operating system's network, or the lab's. */
public interface Network {

    /**
     * Opens a TCP connection.
     *
     * @param remote address and port, resolved
     * @param deadline by when the connection must stand; it also becomes the connection's first deadline
     * @throws java.net.ConnectException when the other side refused
     * @throws java.net.SocketTimeoutException when the deadline passed
     * @throws java.net.NoRouteToHostException when there is no way there
     */
    Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException;

    /**
     * Listens for TCP connections.
     *
     * @param local address and port; port 0 takes any free one
     */
    Listener listen(InetSocketAddress local) throws IOException;
}
