package org.hikyaku.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;

/**
 * A {@link Connection} dressed as a socket, for the JDK's TLS, which layers itself on sockets only. Time-outs set on it
 * have no effect: the connection's deadline rules.
 */
final class ConnectionSocket extends Socket {
    private final Connection connection;

    /** Volatile: a library may close from another thread. */
    private volatile boolean closed;

    private boolean inputEnded;

    ConnectionSocket(Connection connection) {
        this.connection = connection;
    }

    /** True when the other side ended the TCP stream, rather than the TLS session inside it, and we have seen it. */
    boolean inputEnded() {
        return inputEnded;
    }

    @Override
    public InputStream getInputStream() {
        InputStream in = connection.input();
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return noted(in.read());
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return noted(in.read(buffer, offset, length));
            }

            @Override
            public void close() throws IOException {
                ConnectionSocket.this.close();
            }

            private int noted(int result) {
                inputEnded |= result < 0;
                return result;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return connection.output();
    }

    @Override
    public boolean isConnected() {
        return true;
    }

    @Override
    public boolean isBound() {
        return true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return closed;
    }

    @Override
    public boolean isOutputShutdown() {
        return closed;
    }

    @Override
    public void shutdownInput() {}

    @Override
    public void shutdownOutput() {}

    @Override
    public SocketAddress getRemoteSocketAddress() {
        return connection.remote();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        return connection.local();
    }

    @Override
    public InetAddress getInetAddress() {
        return connection.remote().getAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return connection.local().getAddress();
    }

    @Override
    public int getPort() {
        return connection.remote().getPort();
    }

    @Override
    public int getLocalPort() {
        return connection.local().getPort();
    }

    @Override
    public void setSoTimeout(int millis) {}

    @Override
    public int getSoTimeout() {
        return 0;
    }

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public int getSoLinger() {
        return -1;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        connection.close();
    }

    @Override
    public String toString() {
        return connection.toString();
    }
}
