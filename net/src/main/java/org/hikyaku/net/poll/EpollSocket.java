package org.hikyaku.net.poll;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.SocketException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection, edge-triggered. The system tells once that something has come; it is known to be all taken when less was there than
 * there was room for, as epoll(7) has it for streams, unless the other side has ended: then until the end itself has been read.
 */
final class EpollSocket implements PollSocket, EpollPoller.Watched {
    private static final Logger LOG = LoggerFactory.getLogger(EpollSocket.class);
    private static final int READING = LinuxCalls.EPOLLIN | LinuxCalls.EPOLLRDHUP | LinuxCalls.EPOLLET;
    private static final int WRITING = LinuxCalls.EPOLLOUT | LinuxCalls.EPOLLRDHUP | LinuxCalls.EPOLLET;
    private static final int GONE = LinuxCalls.EPOLLERR | LinuxCalls.EPOLLHUP;

    private final EpollPoller poller;
    private final int fd;
    private Runnable handler = () -> {};
    private Want want = Want.READ;
    private int place = -1;

    /** There may be something to read that the system will not tell of again. */
    private boolean more;

    /** The other side sends no more, or is gone. */
    private boolean ended;

    /** Its turn is coming whatever the system says. */
    private boolean queued;

    private boolean closed;

    EpollSocket(EpollPoller poller, int fd) {
        this.poller = poller;
        this.fd = fd;
    }

    @Override
    public void handler(Runnable ready) throws IOException {
        handler = ready;
        place = poller.add(fd, READING, this);
    }

    @Override
    public void event(int mask) {
        ended |= (mask & (GONE | LinuxCalls.EPOLLRDHUP)) != 0;
        switch (want) {
            case READ -> run();
            case WRITE -> {
                if ((mask & (LinuxCalls.EPOLLOUT | GONE)) != 0) {
                    run();
                }
            }
            case NOTHING -> more = true;
        }
    }

    /** What {@link EpollPoller#again} was asked for. */
    void turn() {
        queued = false;
        if (want == Want.READ && more && !closed) {
            run();
        }
    }

    private void run() {
        handler.run();
        if (want == Want.READ && more) {
            again();
        }
    }

    private void again() {
        if (!queued && !closed) {
            queued = true;
            poller.again(this);
        }
    }

    @Override
    public void want(Want wanted) throws IOException {
        if (wanted == want || closed) {
            return;
        }
        boolean wrote = want == Want.WRITE;
        want = wanted;
        if (wanted == Want.WRITE) {
            poller.change(fd, WRITING, place);
        } else if (wrote) {
            poller.change(fd, READING, place);
        }
        if (wanted == Want.READ && more) {
            again();
        }
    }

    @Override
    public int receive(PollBuffer into) throws IOException {
        LinuxCalls calls = poller.calls();
        int room = into.capacity();
        while (true) {
            int got = calls.receive(fd, into.segment(0, room), room);
            if (got > 0) {
                more = got == room || ended;
                return got;
            }
            if (got == 0) {
                more = false;
                return END;
            }
            int error = calls.error();
            if (error == LinuxCalls.EAGAIN) {
                more = false;
                return 0;
            }
            if (error != LinuxCalls.EINTR) {
                throw new SocketException(calls.why());
            }
        }
    }

    @Override
    public int send(PollBuffer from, int at, int length) throws IOException {
        LinuxCalls calls = poller.calls();
        while (true) {
            int sent = calls.send(fd, from.segment(at, length), length);
            if (sent >= 0) {
                return sent;
            }
            int error = calls.error();
            if (error == LinuxCalls.EAGAIN) {
                return 0;
            }
            if (error != LinuxCalls.EINTR) {
                throw new SocketException(calls.why());
            }
        }
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (place >= 0) {
            poller.remove(place);
        }
        try {
            poller.calls().close(fd);
        } catch (IOException e) {
            LOG.atError().setCause(e).log("a connection cannot be closed");
        }
    }

    @Override
    public String toString() {
        if (closed) {
            return "a connection that is closed";
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddresses.LONGEST, Long.BYTES);
            LinuxCalls calls = new LinuxCalls(arena);
            if (calls.peer(fd, address) < 0) {
                return "a connection that is gone";
            }
            return SocketAddresses.unix(address)
                    ? "a connection at the Unix socket"
                    : SocketAddresses.read(address).toString();
        } catch (IOException e) {
            return "a connection without an address";
        }
    }
}
