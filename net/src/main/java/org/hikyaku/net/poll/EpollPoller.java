package org.hikyaku.net.poll;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * By {@code epoll}, edge-triggered. An event carries the place of its socket in a table and the place's turn, so that one that was
 * found before a socket was closed never reaches the socket that has its place now.
 */
final class EpollPoller implements Poller {
    private static final Logger LOG = LoggerFactory.getLogger(EpollPoller.class);
    private static final int MOST_EVENTS = 512;
    private static final int BELL = -1;

    private final Arena arena = Arena.ofShared();
    private final LinuxCalls calls = new LinuxCalls(arena);
    private final MemorySegment events = arena.allocate((long) MOST_EVENTS * LinuxCalls.EVENT_BYTES, Long.BYTES);
    private final int epoll;
    private final int bell;

    /** Whether the bell has rung and nobody has heard it yet. */
    private final AtomicBoolean rung = new AtomicBoolean();

    private final ReentrantLock ringing = new ReentrantLock();
    private final LinuxCalls ringer = new LinuxCalls(arena); // guarded by ringing
    private boolean closed; // guarded by ringing

    // all below: the poller's thread alone
    private @Nullable Watched[] table = new Watched[64];
    private int[] turns = new int[64];
    private int[] free = new int[64];
    private int freed;
    private int used;
    private int found;
    private List<EpollSocket> again = new ArrayList<>();
    private List<EpollSocket> turnNow = new ArrayList<>();

    /** What has a place in the table. */
    interface Watched {
        void event(int mask);
    }

    EpollPoller() throws IOException {
        boolean whole = false;
        int opened = -1;
        int counter = -1;
        try {
            opened = calls.checked(calls.epollCreate(), "no epoll can be had");
            counter = calls.checked(calls.eventfd(), "no eventfd can be had");
            calls.checked(
                    calls.epollControl(opened, LinuxCalls.EPOLL_CTL_ADD, counter, LinuxCalls.EPOLLIN, BELL),
                    "epoll_ctl failed");
            whole = true;
        } finally {
            if (!whole) {
                if (counter >= 0) {
                    calls.close(counter);
                }
                if (opened >= 0) {
                    calls.close(opened);
                }
                arena.close();
            }
        }
        epoll = opened;
        bell = counter;
    }

    @Override
    public PollListener listen(InetSocketAddress address) throws IOException {
        return EpollListener.listen(this, address);
    }

    @Override
    public PollListener listen(Path path, String mode) throws IOException {
        return EpollListener.listen(this, path, mode);
    }

    @Override
    public void watch(PollListener listener, Runnable handler) throws IOException {
        if (!(listener instanceof EpollListener ours)) {
            throw new IllegalArgumentException("another poller's listener");
        }
        ours.watch(handler);
    }

    LinuxCalls calls() {
        return calls;
    }

    /** Has the system tell of a file. @return its place */
    int add(int fd, int mask, Watched watched) throws IOException {
        int place = freed > 0 ? free[--freed] : used++;
        if (place == table.length) {
            table = Arrays.copyOf(table, 2 * place);
            turns = Arrays.copyOf(turns, 2 * place);
            free = Arrays.copyOf(free, 2 * place);
        }
        table[place] = watched;
        boolean known = false;
        try {
            control(LinuxCalls.EPOLL_CTL_ADD, fd, mask, place);
            known = true;
        } finally {
            if (!known) {
                remove(place);
            }
        }
        return place;
    }

    /** Changes what the system tells of a file; says at once what is there already. */
    void change(int fd, int mask, int place) throws IOException {
        control(LinuxCalls.EPOLL_CTL_MOD, fd, mask, place);
    }

    private void control(int operation, int fd, int mask, int place) throws IOException {
        calls.checked(
                calls.epollControl(epoll, operation, fd, mask, (long) turns[place] << 32 | place), "epoll_ctl failed");
    }

    /** For a file that is closed. */
    void remove(int place) {
        table[place] = null;
        turns[place]++;
        free[freed++] = place;
    }

    /** Has the socket's handler run in the next round, whatever the system says. */
    void again(EpollSocket socket) {
        again.add(socket);
    }

    @Override
    public void await(long millis) throws IOException {
        int patience = again.isEmpty() ? Math.clamp(millis, 1, Integer.MAX_VALUE) : 0;
        int count = calls.epollWait(epoll, events, MOST_EVENTS, patience);
        if (count < 0 && calls.error() != LinuxCalls.EINTR) {
            throw new IOException("epoll_wait failed: " + calls.why());
        }
        found = Math.max(0, count);
    }

    @Override
    public void dispatch() {
        List<EpollSocket> now = again;
        again = turnNow;
        turnNow = now;
        for (int i = 0; i < found; i++) {
            long data = LinuxCalls.data(events, i);
            if (data == BELL) {
                heard();
                continue;
            }
            int place = (int) data;
            Watched watched = table[place];
            if (watched != null && turns[place] == (int) (data >> 32)) {
                watched.event(LinuxCalls.mask(events, i));
            }
        }
        found = 0;
        for (EpollSocket socket : now) {
            socket.turn();
        }
        now.clear();
    }

    private void heard() {
        try {
            calls.silence(bell);
        } catch (IOException e) {
            LOG.atError().setCause(e).log("the poller's bell cannot be read");
        }
        rung.set(false);
    }

    @Override
    public void wakeUp() {
        if (rung.compareAndSet(false, true)) {
            ringing.lock();
            try {
                if (!closed) {
                    ringer.ring(bell);
                }
            } catch (IOException e) {
                LOG.atError().setCause(e).log("the poller's bell cannot be rung");
            } finally {
                ringing.unlock();
            }
        }
    }

    @Override
    public void close() throws IOException {
        ringing.lock();
        try {
            if (!closed) {
                closed = true;
                calls.close(bell);
                calls.close(epoll);
                arena.close();
            }
        } finally {
            ringing.unlock();
        }
    }
}
