package org.hikyaku.net;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Locale;

/**
 * The operating system's TCP. Blocking calls, meant for virtual threads; {@code TCP_NODELAY} is on, because a TLS
 * session ticket held back by Nagle's algorithm costs 40 ms.
 */
public final class SystemNetwork implements Network {

    /** How many connections may wait to be accepted. */
    static final int BACKLOG = 1024;

    private final WriteWatch watch = new WriteWatch();

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        if (remote.isUnresolved()) {
            throw new UnknownHostException(remote.getHostString() + " has not been looked up");
        }
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.connect(remote, deadline.remainingMillis("a connection to " + Addresses.text(remote)));
            return new SocketConnection(socket, deadline, watch);
        } catch (IOException e) {
            socket.close();
            throw Thread.currentThread().isInterrupted() ? e : named(e, remote);
        }
    }

    @Override
    public Listener listen(InetSocketAddress local) throws IOException {
        ServerSocket server = new ServerSocket();
        try {
            server.setReuseAddress(true);
            server.bind(local, BACKLOG);
            return new SocketListener(server, watch);
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    /**
     * The JDK reports a network that cannot be reached, a missing address family and an ICMP time-out by the exception's
     * text alone; callers tell these apart by type.
     */
    private static IOException named(IOException e, InetSocketAddress remote) {
        String text = String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT);
        String where = "no connection to " + Addresses.text(remote) + ": ";
        IOException named;
        if (e instanceof SocketTimeoutException || text.contains("timed out")) {
            named = new SocketTimeoutException(where + "no answer in time");
        } else if (e instanceof NoRouteToHostException
                || e instanceof BindException
                || text.contains("unreachable")
                || text.contains("family")) {
            named = new NoRouteToHostException(where + "no route to this address from here (" + e.getMessage() + ")");
        } else if (e instanceof ConnectException) {
            named = new ConnectException(where + "the other side refused it");
        } else if (e instanceof SocketException) {
            named = new SocketException(where + e.getMessage());
        } else {
            return e;
        }
        named.initCause(e);
        return named;
    }
}
