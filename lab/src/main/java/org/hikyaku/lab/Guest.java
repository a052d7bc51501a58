package org.hikyaku.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;

/** A client that connected to a port of the lab. */
final class Guest {
    private final Socket socket;
    private final LabWatch.Visit visit;
    private final Connection connection;

    Guest(Socket socket, LabWatch.Visit visit) throws IOException {
        this.socket = socket;
        this.visit = visit;
        this.connection = visit.tapped(new Plain(socket));
    }

    /** For TLS by the JDK, which wants the socket itself. */
    Socket socket() {
        return socket;
    }

    Connection connection() {
        return connection;
    }

    LabWatch.Visit visit() {
        return visit;
    }

    /** Nothing more will be said. */
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    private static final class Plain implements Connection {
        private final Socket socket;
        private final InputStream input;
        private final OutputStream output;

        Plain(Socket socket) throws IOException {
            this.socket = socket;
            this.input = socket.getInputStream();
            this.output = socket.getOutputStream();
        }

        @Override
        public InputStream input() {
            return input;
        }

        @Override
        public OutputStream output() {
            return output;
        }

        @Override
        public InetSocketAddress remote() {
            return (InetSocketAddress) socket.getRemoteSocketAddress();
        }

        @Override
        public InetSocketAddress local() {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }

        /** Each read may take what is left at this moment: enough for a server that is there to be tried out. */
        @Override
        public void within(Deadline deadline) {
            long left = Math.clamp(deadline.remaining().toMillis(), 1, Integer.MAX_VALUE);
            try {
                socket.setSoTimeout((int) left);
            } catch (SocketException e) {
                if (!socket.isClosed()) { // when it is, the next read says so
                    throw new UncheckedIOException(e);
                }
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
