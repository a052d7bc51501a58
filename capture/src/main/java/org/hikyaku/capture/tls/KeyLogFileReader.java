package org.hikyaku.capture.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessMode;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A key log file: read beside what else is done, and again from its end on when a line was missed, for it may still grow. Who looks
 * for a session in the store meanwhile waits until it is there or all was read.
 */
public final class KeyLogFileReader {
    private final Path file;
    private final boolean pipe;
    private final KeyLogParser parser;
    private final SecretTable table;

    /** Keeps the reading of threads that look for more apart. */
    private final ReentrantLock lock = new ReentrantLock();

    private long at;
    private volatile Optional<Instant> lastWritten = Optional.empty();
    private volatile Optional<IOException> failure = Optional.empty();
    private final CountDownLatch ended = new CountDownLatch(1);

    private KeyLogFileReader(Path file, SecretStore store) {
        this.file = file;
        this.pipe = Files.exists(file) && !Files.isRegularFile(file);
        this.parser = new KeyLogParser(store, String.valueOf(file.getFileName()));
        this.table = store.table();
    }

    /**
     * Reads a key log into the store.
     *
     * @throws IOException when it cannot be read
     */
    public static KeyLogFileReader open(Path file, SecretStore store) throws IOException {
        KeyLogFileReader reader = begin(List.of(file), store).getFirst();
        store.awaitKeyLogs();
        Optional<IOException> failure = reader.failure();
        if (failure.isPresent()) {
            throw failure.get();
        }
        return reader;
    }

    /**
     * Begins to read key logs into the store: files one after the other on a thread of their own, each pipe on another, since it may
     * have no end. {@link SecretStore#awaitKeyLogs} waits for them.
     *
     * @throws IOException when one of them cannot be opened
     */
    public static List<KeyLogFileReader> begin(List<Path> files, SecretStore store) throws IOException {
        return begin(files, store, false);
    }

    /**
     * Begins to read the key logs of sessions that are still to come: a file that is not there yet is looked for whenever a line is
     * missing, since its writer makes it with the first.
     *
     * @throws IOException when one that is there cannot be opened
     */
    public static List<KeyLogFileReader> beginLive(List<Path> files, SecretStore store) throws IOException {
        return begin(files, store, true);
    }

    private static List<KeyLogFileReader> begin(List<Path> files, SecretStore store, boolean live) throws IOException {
        List<KeyLogFileReader> readers = new ArrayList<>();
        List<Runnable> ofFiles = new ArrayList<>();
        List<Runnable> ofPipes = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new FileSystemException(file.toString(), null, "it is a folder");
            }
            KeyLogFileReader reader = new KeyLogFileReader(file, store);
            if (live && Files.notExists(file)) {
                ofFiles.add(reader::readLater);
            } else if (Files.isRegularFile(file)) {
                FileChannel first = FileChannel.open(file, StandardOpenOption.READ);
                ofFiles.add(() -> reader.readFirst(() -> first));
            } else {
                file.getFileSystem().provider().checkAccess(file, AccessMode.READ);
                // Opening a pipe waits for whoever writes.
                ofPipes.add(() -> reader.readFirst(() -> FileChannel.open(file, StandardOpenOption.READ)));
            }
            readers.add(reader);
        }
        for (KeyLogFileReader reader : readers) {
            store.addFile(reader);
            store.table().readingBegins(reader.pipe);
        }
        begin(() -> ofFiles.forEach(Runnable::run));
        ofPipes.forEach(KeyLogFileReader::begin);
        return readers;
    }

    private static void begin(Runnable reading) {
        Thread.ofPlatform().daemon().name("key log").start(reading);
    }

    private interface Opening {
        FileChannel open() throws IOException;
    }

    private void readFirst(Opening opening) {
        lock.lock();
        try (FileChannel channel = opening.open()) {
            if (!pipe) {
                lastWritten = Optional.of(Files.getLastModifiedTime(file).toInstant());
            }
            read(channel);
        } catch (IOException e) {
            failure = Optional.of(e);
        } finally {
            lock.unlock();
            ended.countDown(); // before those who wait are woken: they ask whether it ended
            table.readingEnds(pipe);
        }
    }

    private void readLater() {
        ended.countDown();
        table.readingEnds(pipe);
    }

    /** Why it could not be read to its end, when it could not. */
    public Optional<IOException> failure() {
        return failure;
    }

    /** Whether it was read to its end; false of a pipe that whoever writes has not closed yet. */
    public boolean ended() {
        return ended.getCount() == 0;
    }

    /** Whether whoever writes this pipe has not closed it yet; a file has its end when it was waited for. */
    public boolean leftOpen() {
        return pipe && !ended();
    }

    /** Waits until it was read to its end. */
    void awaitEnd() throws InterruptedException {
        ended.await();
    }

    public Path file() {
        return file;
    }

    /** Lines that held a secret. */
    public int secrets() {
        return parser.secrets();
    }

    /** Lines that were passed over because they make no sense. */
    public int strange() {
        return parser.strange();
    }

    /** Empty for a pipe. */
    Optional<Instant> lastWritten() {
        return lastWritten;
    }

    boolean readMore() {
        if (pipe || !Files.isRegularFile(file)) {
            return false; // its own thread reads on; or it is not there yet, and a pipe that comes late would hold us
        }
        lock.lock();
        try {
            return readOn();
        } catch (IOException e) {
            return false; // it was readable before; what has been read stays good
        } finally {
            lock.unlock();
        }
    }

    private boolean readOn() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() <= at) {
                return false;
            }
            lastWritten = Optional.of(Files.getLastModifiedTime(file).toInstant());
            channel.position(at);
            read(channel);
            return true;
        }
    }

    /** Whole lines only: the last may still be written. */
    private void read(FileChannel channel) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
        while (channel.read(buffer.clear()) > 0) {
            parser.take(buffer.array(), 0, buffer.position(), false);
            at += buffer.position();
            table.readingGoesOn();
        }
        parser.endIfWhole();
    }
}
