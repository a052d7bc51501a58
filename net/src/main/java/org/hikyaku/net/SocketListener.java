package org.hikyaku.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** A listening socket of the operating system. */
final class SocketListener implements Listener {

    /** The deadline of a connection just accepted, until its owner sets one: 30 s. */
    static final Duration FIRST_DEADLINE = Duration.ofSeconds(30);

    private final ServerSocket server;
    private final WriteWatch watch;

    SocketListener(ServerSocket server, WriteWatch watch) {
        this.server = server;
        this.watch = watch;
    }

    @Override
    public Connection accept() throws IOException {
        while (true) {
            Socket socket = server.accept();
            try {
                socket.setTcpNoDelay(true);
                return new SocketConnection(socket, Deadline.after(FIRST_DEADLINE), watch);
            } catch (IOException e) {
                // The client was gone before we looked: its loss, not the listener's.
                socket.close();
            }
        }
    }

    @Override
    public InetSocketAddress local() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
