package org.hikyaku.lab;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits that end when the thread is interrupted. */
final class Waiting {
    private Waiting() {}

    /** Waits for a thread that is about to end. */
    static void until(Thread thread) throws InterruptedIOException {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted while closing the lab").initCause(e);
        }
    }

    static void sleep(Duration duration) throws InterruptedIOException {
        if (duration.isZero() || duration.isNegative()) {
            return;
        }
        try {
            Thread.sleep(duration);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (InterruptedIOException) new InterruptedIOException("interrupted on the lab's wire").initCause(e);
        }
    }
}
