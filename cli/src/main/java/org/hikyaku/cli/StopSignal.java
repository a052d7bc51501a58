package org.hikyaku.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets SIGTERM and SIGINT end a watch between two rounds; a round that is under way may come to its end. */
final class StopSignal implements CheckWatch.Pause, AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Duration patience;
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch done = new CountDownLatch(1);
    private final Thread hook = new Thread(this::stop, "stop");

    StopSignal() {
        this(PATIENCE);
    }

    /** @param patience how long the process lives on after the signal, unless this is closed before */
    StopSignal(Duration patience) {
        this.patience = patience;
        Runtime.getRuntime().addShutdownHook(hook);
    }

    private void stop() {
        asked.countDown();
        try {
            // True or false: after that long the process ends all the same.
            boolean _ = done.await(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean await(Duration time) throws InterruptedException {
        return !asked.await(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        done.countDown();
        if (asked.getCount() > 0) {
            Runtime.getRuntime().removeShutdownHook(hook);
        }
    }
}
