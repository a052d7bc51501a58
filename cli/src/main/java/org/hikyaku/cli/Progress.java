package org.hikyaku.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One line on standard error that is rewritten in place and wiped at the end. Safe for use by several threads. */
public final class Progress implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition closing = lock.newCondition();
    private final Optional<PrintWriter> err;
    private final int width;
    private String doing; // guarded by lock
    private boolean shown; // guarded by lock
    private boolean closed; // guarded by lock

    Progress(Optional<PrintWriter> err, Duration patience, int width, String doing) {
        this.err = err;
        this.width = width;
        this.doing = doing;
        err.ifPresent(to -> Thread.ofVirtual().name("progress").start(() -> showAfter(patience, to)));
    }

    /** Shows nothing. */
    static Progress none() {
        return new Progress(Optional.empty(), Duration.ZERO, 0, "");
    }

    private void showAfter(Duration patience, PrintWriter to) {
        lock.lock();
        try {
            long left = patience.toNanos();
            while (!closed && left > 0) {
                left = closing.awaitNanos(left);
            }
            if (!closed) {
                shown = true;
                draw(to);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Says what is being done now. */
    public void say(String nowDoing) {
        lock.lock();
        try {
            doing = nowDoing;
            if (shown && !closed) {
                err.ifPresent(this::draw);
            }
        } finally {
            lock.unlock();
        }
    }

    private void draw(PrintWriter to) {
        String line = doing.length() < width ? doing : doing.substring(0, width - 1);
        to.print("\r\u001b[K" + line);
        to.flush();
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (shown && !closed) {
                err.ifPresent(to -> {
                    to.print("\r\u001b[K");
                    to.flush();
                });
            }
            closed = true;
            closing.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
