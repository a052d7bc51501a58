package org.hikyaku.capture.interop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A program that is talked to: what it prints is awaited, never slept for. */
final class Tool implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    private final String name;
    private final Process process;
    private final StringBuilder said = new StringBuilder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition more = lock.newCondition();
    private boolean ended;
    private int read;

    Tool(Path dir, Map<String, String> variables, List<String> command) throws IOException {
        name = String.join(" ", command);
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true);
        builder.environment().putAll(variables);
        process = builder.start();
        Thread.ofVirtual().start(this::listen);
    }

    Tool(Path dir, List<String> command) throws IOException {
        this(dir, Map.of(), command);
    }

    private void listen() {
        byte[] buffer = new byte[8192];
        try (InputStream in = process.getInputStream()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                add(new String(buffer, 0, count, StandardCharsets.ISO_8859_1), false);
            }
        } catch (IOException e) {
            add("[reading failed: " + e.getMessage() + "]", false);
        } finally {
            add("", true);
        }
    }

    private void add(String text, boolean last) {
        lock.lock();
        try {
            said.append(text);
            ended |= last;
            more.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it has printed this, behind what was awaited before. */
    Tool await(String words) throws InterruptedException {
        lock.lock();
        try {
            long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
            while (true) {
                int at = said.indexOf(words, read);
                if (at >= 0) {
                    read = at + words.length();
                    return this;
                }
                if (ended || left <= 0) {
                    throw new AssertionError(name + " did not say \"" + words + "\" but: " + said);
                }
                left = more.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    Tool send(String text) throws IOException {
        process.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        return this;
    }

    /** Ends its input and waits for its own end. */
    String finish() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new AssertionError(name + " did not end; it said: " + said);
        }
        lock.lock();
        try {
            while (!ended) {
                more.await();
            }
            return said.toString();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
