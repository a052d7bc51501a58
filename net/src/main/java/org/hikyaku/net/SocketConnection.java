package org.hikyaku.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import jdk.net.ExtendedSocketOptions;

/** A TCP connection of the operating system whose reads and writes both end at the deadline. */
final class SocketConnection implements Connection {
    private final Socket socket;
    private final WriteWatch watch;
    private final InetSocketAddress remote;
    private final InetSocketAddress local;
    private final InputStream input;
    private final OutputStream output;

    /** Volatile: an owner on another thread may cut a wait short. */
    private volatile Deadline deadline;

    SocketConnection(Socket socket, Deadline deadline, WriteWatch watch) throws IOException {
        this.socket = socket;
        this.deadline = deadline;
        this.watch = watch;
        this.remote = (InetSocketAddress) socket.getRemoteSocketAddress();
        this.local = (InetSocketAddress) socket.getLocalSocketAddress();
        this.input = new Input(socket.getInputStream());
        this.output = new Output(socket.getOutputStream());
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
        return remote;
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public void within(Deadline newDeadline) {
        deadline = newDeadline;
    }

    @Override
    public void acknowledge() throws IOException {
        try {
            socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        } catch (UnsupportedOperationException e) {
            // Only Linux has it; elsewhere the client waits a little.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    @Override
    public String toString() {
        return Addresses.text(local) + " to " + Addresses.text(remote);
    }

    private String waitingForData() {
        return "data from " + Addresses.text(remote);
    }

    private String waitingForRoom() {
        return Addresses.text(remote) + " to take data";
    }

    private final class Input extends InputStream {
        private final InputStream in;

        Input(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            // Recomputed for each read, so that a trickle of bytes cannot stretch the deadline.
            socket.setSoTimeout(deadline.remainingMillis(SocketConnection.this::waitingForData));
            try {
                return in.read(buffer, offset, length);
            } catch (SocketTimeoutException e) {
                SocketTimeoutException named = new SocketTimeoutException("timed out waiting for " + waitingForData());
                named.initCause(e);
                throw named;
            }
        }

        @Override
        public int available() throws IOException {
            return in.available();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private final class Output extends OutputStream {
        private final OutputStream out;

        Output(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int millis = deadline.remainingMillis(SocketConnection.this::waitingForRoom);
            WriteWatch.Watched watched = watch.start(socket, millis);
            try {
                out.write(bytes, offset, length);
            } catch (IOException e) {
                if (watched.done()) {
                    throw e;
                }
                SocketTimeoutException late = new SocketTimeoutException("timed out waiting for " + waitingForRoom());
                late.initCause(e);
                throw late;
            }
            if (!watched.done()) {
                throw new SocketTimeoutException("timed out waiting for " + waitingForRoom());
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
