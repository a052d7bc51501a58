package org.hikyaku.relay.service;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Has files read again when they have changed or when somebody asks. It looks at times and sizes every few seconds: that works
 * on every file system and with every way of writing a file, moving one into place among them. One thread.
 */
public final class Reloader implements AutoCloseable {
    /** Between two looks. */
    public static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Supplier<List<Path>> files;
    private final Consumer<Boolean> reload;
    private final Duration interval;
    private final BlockingQueue<Object> asked = new LinkedBlockingQueue<>();
    private final Thread thread = Thread.ofVirtual().name("reload").unstarted(this::run);

    /**
     * Looks at nothing before {@link #start}.
     *
     * @param files which files; asked at each look, for what is read may name others
     * @param reload is told whether somebody asked
     */
    public Reloader(Supplier<List<Path>> files, Consumer<Boolean> reload) {
        this(files, reload, INTERVAL);
    }

    Reloader(Supplier<List<Path>> files, Consumer<Boolean> reload, Duration interval) {
        this.files = files;
        this.reload = reload;
        this.interval = interval;
    }

    public void start() {
        thread.start();
    }

    /** Has all read again, whether it has changed or not. */
    public void ask() {
        asked.add(this);
    }

    private void run() {
        List<String> last = look();
        try {
            while (true) {
                boolean wanted = asked.poll(interval.toMillis(), TimeUnit.MILLISECONDS) != null;
                asked.clear();
                List<String> now = look();
                if (wanted || !now.equals(last)) {
                    reload.accept(wanted);
                }
                last = now;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> look() {
        List<String> seen = new ArrayList<>();
        for (Path file : files.get()) {
            try {
                seen.add(file + " " + Files.getLastModifiedTime(file) + " " + Files.size(file) + " "
                        + Files.getAttribute(file, "unix:ino"));
            } catch (IOException | UnsupportedOperationException e) {
                seen.add(file + " unreadable");
            }
        }
        return seen;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
