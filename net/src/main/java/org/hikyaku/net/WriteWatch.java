package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bounds writes, and reads of Unix sockets. Internet sockets have a time-out for reads only, so a peer that stops reading would hold a writer for ever; the
 * watch closes the socket of a write that is late, which makes the write fail. The connection is of no use then anyway:
 * nobody knows how much of the data went out.
 *
 * <p>Nearly every write is over at once and has minutes. So those under way are only put down, and a thread looks at them now and
 * then, and when the next is due; a timer for each would cost more than the write.
 */
final class WriteWatch {
    private static final long LOOK = TimeUnit.SECONDS.toNanos(5);

    private final Set<Write> underWay = ConcurrentHashMap.newKeySet();

    /** Guards the thread's beginning and end. */
    private final ReentrantLock lock = new ReentrantLock();

    private Optional<Thread> thread = Optional.empty();

    /** Whether nothing but a new write will make the thread look again. */
    private volatile boolean idle = true;

    /** When the thread looks again, in nanoseconds of the monotonic clock; counts unless idle. */
    private volatile long next;

    /** One write under way. */
    interface Watched {
        /** Ends the watch; false when the write was late and its socket has been closed. */
        boolean done();
    }

    private final class Write implements Watched {
        private final Closeable socket;
        private final long due;
        private final AtomicBoolean settled = new AtomicBoolean();

        Write(Closeable socket, long due) {
            this.socket = socket;
            this.due = due;
        }

        @Override
        public boolean done() {
            underWay.remove(this);
            return settled.compareAndSet(false, true);
        }

        void late() {
            underWay.remove(this);
            if (settled.compareAndSet(false, true)) {
                try {
                    socket.close();
                } catch (IOException e) {
                    // The writer gets its own exception from the closed socket; this one adds nothing.
                }
            }
        }
    }

    Watched start(Closeable socket, int millis) {
        Write write = new Write(socket, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis));
        underWay.add(write);
        if (idle || write.due - next < 0) {
            wake();
        }
        return write;
    }

    private void wake() {
        lock.lock();
        try {
            thread.ifPresentOrElse(
                    LockSupport::unpark,
                    () -> thread = Optional.of(
                            Thread.ofPlatform().daemon().name("write-watch").start(this::run)));
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        long busy = System.nanoTime();
        while (true) {
            idle = true; // who comes from here on wakes us, whether or not it is seen in this look
            long now = System.nanoTime();
            long soonest = now + LOOK;
            boolean any = false;
            for (Write write : underWay) {
                any = true;
                if (write.due - now <= 0) {
                    write.late();
                } else if (write.due - soonest < 0) {
                    soonest = write.due;
                }
            }
            if (any) {
                busy = now;
            } else if (now - busy >= LOOK && ended()) {
                return;
            }
            next = soonest;
            idle = false;
            LockSupport.parkNanos(this, soonest - now);
        }
    }

    /** Ends the thread if there is nothing to watch. */
    private boolean ended() {
        lock.lock();
        try {
            boolean nothing = underWay.isEmpty();
            if (nothing) {
                thread = Optional.empty();
            }
            return nothing;
        } finally {
            lock.unlock();
        }
    }
}
