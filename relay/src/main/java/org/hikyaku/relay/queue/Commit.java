package org.hikyaku.relay.queue;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Records that somebody waits for until they are on disk. */
final class Commit {
    private enum Phase {
        WAITING,
        DONE,
        FAILED
    }

    /** Is told on the committing thread that it is done with the buffers. */
    @FunctionalInterface
    interface Release {
        void after(boolean written);
    }

    final List<LogEntry> entries;
    /** A file was made that they refer to: the folder is to be forced before them. */
    final boolean newFile;

    final Release release;

    private final Thread waiter = Thread.currentThread();
    private volatile Phase phase = Phase.WAITING;
    private Optional<IOException> failure = Optional.empty();

    Commit(List<LogEntry> entries, boolean newFile, Release release) {
        this.entries = entries;
        this.newFile = newFile;
        this.release = release;
    }

    void done() {
        release.after(true);
        phase = Phase.DONE;
        LockSupport.unpark(waiter);
    }

    void failed(IOException why) {
        release.after(false);
        failure = Optional.of(why);
        phase = Phase.FAILED;
        LockSupport.unpark(waiter);
    }

    /** Waits until they are on disk. An interrupt does not end the wait, and is not lost. */
    void await(Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        boolean interrupted = false;
        while (phase == Phase.WAITING) {
            long left = end - System.nanoTime();
            if (left <= 0) {
                break;
            }
            LockSupport.parkNanos(this, left);
            interrupted |= Thread.interrupted();
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (phase) {
            case DONE -> {}
            case WAITING ->
                throw new IOException(
                        "the disk took longer than " + patience.toSeconds() + " s to write (it may still come to it)");
            case FAILED ->
                throw new IOException(
                        "the queue could not be written: "
                                + failure.map(IOException::getMessage).orElse(""),
                        failure.orElse(null));
        }
    }
}
