package org.hikyaku.tls;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What a process says, line by line; a test waits for a line and never sleeps. */
final class Lines {
    private final List<String> lines = new ArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private boolean ended;

    Lines(InputStream in) {
        Thread.ofVirtual().start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    add(line, false);
                }
            } catch (IOException | UncheckedIOException e) {
                add("reading the output failed: " + e.getMessage(), false);
            } finally {
                add("", true);
            }
        });
    }

    private void add(String line, boolean last) {
        lock.lock();
        try {
            lines.add(line);
            ended |= last;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The first line that begins so; waits up to 20 seconds. */
    String await(String beginning) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(20);
            while (true) {
                Optional<String> found =
                        lines.stream().filter(l -> l.startsWith(beginning)).findFirst();
                if (found.isPresent()) {
                    return found.get();
                }
                if (ended || left <= 0) {
                    throw new AssertionError("no line beginning with \"" + beginning + "\" among " + lines);
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
