package org.hikyaku.cli;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets SIGINT and SIGTERM end the reading and not the work: what was read is written whole, then the process ends. Whatever happens,
 * no file is left behind that is no result.
 */
final class DecodeStop implements AutoCloseable {
    /** The process ends after so long in which nothing more is written: somebody may not read what it prints. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Ctrl-C goes to all programs of a pipeline: who writes into it ends, too, and its last packets are on the way. */
    private static final Duration LAST_PACKETS = Duration.ofSeconds(1);

    /** For what is told behind the work. */
    private static final Duration LAST_WORDS = Duration.ofMillis(300);

    private final OutputFiles files;
    private final Thread worker = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile boolean asked;
    private @Nullable Thread hook;

    /** @param files that are written meanwhile */
    DecodeStop(OutputFiles files) {
        this.files = files;
    }

    /** From here on a signal ends the reading. */
    void ends(CaptureSource source) {
        Thread made = new Thread(() -> stop(source), "stop");
        Runtime.getRuntime().addShutdownHook(made);
        hook = made;
    }

    private void stop(CaptureSource source) {
        asked = true;
        try {
            if (!source.live() || !done.await(LAST_PACKETS.toMillis(), TimeUnit.MILLISECONDS)) {
                source.end();
            }
            long before = -1;
            while (!done.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                long now = files.written();
                if (now == before) {
                    files.close();
                    return;
                }
                before = now;
            }
            worker.join(LAST_WORDS);
        } catch (IOException e) {
            return; // the process ends as it would have without all this
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether somebody has asked for the end. */
    boolean asked() {
        return asked;
    }

    @Override
    public void close() {
        done.countDown();
        Thread present = hook;
        if (present != null && !asked) {
            try {
                Runtime.getRuntime().removeShutdownHook(present);
            } catch (IllegalStateException e) {
                return; // the process is ending already
            }
        }
    }
}
