package org.hikyaku.relay.service;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.net.Limit;

/**
 * Writes lines that many threads bring, on one thread of its own, so that nobody waits for a terminal or a disk. When more
 * lines come than can be written, those who bring them wait a little; what cannot be written at all is counted and
 * dropped: a full disk must not stop mail.
 */
public final class LineWriter implements Closeable {
    private static final Limit WAITING = new Limit("log lines waiting to be written", 10_000);
    private static final String END = "";

    private final OutputStream out;
    private final BlockingQueue<String> lines = new ArrayBlockingQueue<>((int) WAITING.value());
    private final AtomicLong lost = new AtomicLong();
    private final Thread thread;

    /** @param out not closed */
    public LineWriter(OutputStream out) {
        this.out = out;
        this.thread = Thread.ofPlatform().name("log").daemon().start(this::run);
    }

    /** Writes a line; its end is added. */
    public void write(String line) {
        try {
            lines.put(line + "\n");
        } catch (InterruptedException e) {
            lost.incrementAndGet();
            Thread.currentThread().interrupt();
        }
    }

    /** Lines that could not be written. */
    public long lost() {
        return lost.get();
    }

    private void run() {
        List<String> batch = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        boolean more = true;
        try {
            while (more) {
                batch.add(lines.take());
                lines.drainTo(batch);
                for (String line : batch) {
                    more &= !line.equals(END);
                    text.append(line);
                }
                write(batch, text);
                batch.clear();
                text.setLength(0);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void write(List<String> batch, StringBuilder text) {
        try {
            out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            lost.addAndGet(batch.size());
        }
    }

    /** Writes what is waiting. */
    @Override
    public void close() {
        try {
            lines.put(END);
            thread.join(2000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
