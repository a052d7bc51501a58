package org.hikyaku.smtp.server;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.hikyaku.net.Connection;
import org.hikyaku.net.Deadline;
import org.hikyaku.net.Listener;
import org.hikyaku.net.Network;

/** TCP without an operating system: what one end writes the other end reads, in pieces as they were written. */
final class MemoryNetwork implements Network {
    private static final int ROOM = 256 * 1024;

    private final Map<Integer, MemoryListener> listeners = new ConcurrentHashMap<>();
    private final AtomicInteger ports = new AtomicInteger(40_000);

    @Override
    public Connection dial(InetSocketAddress remote, Deadline deadline) throws IOException {
        return dialFrom(new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), ports.incrementAndGet()), remote);
    }

    /** As if from another machine. */
    Connection dialFrom(InetSocketAddress local, InetSocketAddress remote) throws IOException {
        MemoryListener listener = listeners.get(remote.getPort());
        if (listener == null) {
            throw new ConnectException("nobody listens on port " + remote.getPort());
        }
        Pipe up = new Pipe();
        Pipe down = new Pipe();
        listener.waiting.add(new End(remote, local, up, down));
        return new End(local, remote, down, up);
    }

    @Override
    public Listener listen(InetSocketAddress local) {
        int port = local.getPort() == 0 ? ports.incrementAndGet() : local.getPort();
        MemoryListener listener = new MemoryListener(new InetSocketAddress(local.getAddress(), port));
        listeners.put(port, listener);
        return listener;
    }

    private final class MemoryListener implements Listener {
        private final InetSocketAddress local;
        private final BlockingQueue<End> waiting = new LinkedBlockingQueue<>();
        private volatile boolean closed;

        MemoryListener(InetSocketAddress local) {
            this.local = local;
        }

        @Override
        public Connection accept() throws IOException {
            try {
                while (!closed) {
                    End end = waiting.poll(20, TimeUnit.MILLISECONDS);
                    if (end != null) {
                        return end;
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            throw new SocketException("closed");
        }

        @Override
        public InetSocketAddress local() {
            return local;
        }

        @Override
        public void close() {
            closed = true;
            listeners.remove(local.getPort());
        }
    }

    /** One direction. */
    static final class Pipe {
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final byte[] bytes = new byte[ROOM];
        private int from;
        private int to;
        private boolean ended;
        private int writes;

        int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
            lock.lock();
            try {
                while (from == to) {
                    if (ended) {
                        return -1;
                    }
                    await(deadline, "data");
                }
                int count = Math.min(length, to - from);
                System.arraycopy(bytes, from, into, offset, count);
                from += count;
                if (from == to) {
                    from = 0;
                    to = 0;
                }
                changed.signalAll();
                return count;
            } finally {
                lock.unlock();
            }
        }

        void write(byte[] source, int offset, int length, Deadline deadline) throws IOException {
            lock.lock();
            try {
                writes++;
                int done = 0;
                while (done < length) {
                    if (ended) {
                        throw new SocketException("Broken pipe");
                    }
                    int count = Math.min(length - done, ROOM - to);
                    System.arraycopy(source, offset + done, bytes, to, count);
                    to += count;
                    done += count;
                    changed.signalAll();
                    if (done < length) {
                        await(deadline, "room");
                    }
                }
            } finally {
                lock.unlock();
            }
        }

        /** Until something changes, or for nothing; callers look again. */
        @SuppressWarnings("WaitNotInLoop")
        private void await(Deadline deadline, String what) throws IOException {
            try {
                if (changed.awaitNanos(deadline.remaining().toNanos()) <= 0 && from == to && !ended) {
                    throw new SocketTimeoutException("timed out waiting for " + what);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new SocketException("interrupted");
            }
        }

        void end() {
            lock.lock();
            try {
                ended = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }

        int writes() {
            lock.lock();
            try {
                return writes;
            } finally {
                lock.unlock();
            }
        }
    }

    /** One end of a connection. */
    static final class End implements Connection {
        private final InetSocketAddress local;
        private final InetSocketAddress remote;
        private final Pipe in;
        private final Pipe out;
        private volatile Deadline deadline = Deadline.after(java.time.Duration.ofSeconds(30));

        End(InetSocketAddress local, InetSocketAddress remote, Pipe in, Pipe out) {
            this.local = local;
            this.remote = remote;
            this.in = in;
            this.out = out;
        }

        /** How often the other side has written. */
        int writesSeen() {
            return in.writes();
        }

        @Override
        public InputStream input() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return in.read(into, offset, length, deadline);
                }
            };
        }

        @Override
        public OutputStream output() {
            return new OutputStream() {
                @Override
                public void write(int b) throws IOException {
                    write(new byte[] {(byte) b}, 0, 1);
                }

                @Override
                public void write(byte[] from, int offset, int length) throws IOException {
                    out.write(from, offset, length, deadline);
                }
            };
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
        public void close() {
            in.end();
            out.end();
        }
    }
}
