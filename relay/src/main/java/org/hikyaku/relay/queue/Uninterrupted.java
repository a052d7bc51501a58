package org.hikyaku.relay.queue;

import java.util.concurrent.TimeUnit;

/** Waits that an interrupt does not end, and that do not lose it. */
final class Uninterrupted {
    private Uninterrupted() {}

    /** Until the thread has ended. */
    static void join(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join(TimeUnit.MINUTES.toMillis(1));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
