package org.hikyaku.net;

import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Bounds writes, and reads of Unix sockets. Internet sockets have a time-out for reads only, so a peer that stops reading would hold a writer for ever; the
 * watch closes the socket of a write that is late, which makes the write fail. The connection is of no use then anyway:
 * nobody knows how much of the data went out.
 */
final class WriteWatch {
    private final ScheduledThreadPoolExecutor timer;

    WriteWatch() {
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("write-watch").factory());
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(5, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
    }

    /** One write under way. */
    interface Watched {
        /** Ends the watch; false when the write was late and its socket has been closed. */
        boolean done();
    }

    Watched start(Closeable socket, int millis) {
        AtomicBoolean settled = new AtomicBoolean();
        Future<?> alarm = timer.schedule(
                () -> {
                    if (settled.compareAndSet(false, true)) {
                        closeQuietly(socket);
                    }
                },
                millis,
                TimeUnit.MILLISECONDS);
        return () -> {
            alarm.cancel(false);
            return settled.compareAndSet(false, true);
        };
    }

    private static void closeQuietly(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The writer gets its own exception from the closed socket; this one adds nothing.
        }
    }
}
