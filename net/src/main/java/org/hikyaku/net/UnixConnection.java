package org.hikyaku.net;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** A stream over a Unix socket whose reads and writes both end at the deadline. */
final class UnixConnection implements Connection {
    private final SocketChannel channel;
    private final InetSocketAddress place;
    private final WriteWatch watch;
    private final InputStream input = new Input();
    private final OutputStream output = new Output();

    /** Volatile: an owner on another thread may cut a wait short. */
    private volatile Deadline deadline;

    UnixConnection(SocketChannel channel, InetSocketAddress place, WriteWatch watch, Deadline deadline) {
        this.channel = channel;
        this.place = place;
        this.watch = watch;
        this.deadline = deadline;
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
        return place;
    }

    @Override
    public InetSocketAddress local() {
        return place;
    }

    @Override
    public void within(Deadline newDeadline) {
        deadline = newDeadline;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    @Override
    public String toString() {
        return place.getHostString();
    }

    /** One read or write. */
    @FunctionalInterface
    private interface Transfer {
        int run() throws IOException;
    }

    private int watched(String waitingFor, Transfer transfer) throws IOException {
        WriteWatch.Watched watched = watch.start(channel, deadline.remainingMillis(waitingFor));
        int count;
        try {
            count = transfer.run();
        } catch (IOException e) {
            if (watched.done()) {
                throw e;
            }
            SocketTimeoutException late = new SocketTimeoutException("timed out waiting for " + waitingFor);
            late.initCause(e);
            throw late;
        }
        if (!watched.done()) {
            throw new SocketTimeoutException("timed out waiting for " + waitingFor);
        }
        return count;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            ByteBuffer target = ByteBuffer.wrap(buffer, offset, length);
            return watched("data at " + place.getHostString(), () -> channel.read(target));
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
            while (source.hasRemaining()) {
                watched("the other side of " + place.getHostString() + " to take data", () -> channel.write(source));
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
