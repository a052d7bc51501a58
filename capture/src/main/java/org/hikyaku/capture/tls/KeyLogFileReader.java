package org.hikyaku.capture.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A key log file: read beside what else is done, and again from its end on when a line was missed, for it may still grow. Who looks
 * for a session in the store meanwhile waits until it is there or all was read.
 */
public final class KeyLogFileReader {
    private final Path file;
    private final KeyLogParser parser;
    private final SecretTable table;

    /** Keeps the reading of threads that look for more apart. */
    private final ReentrantLock lock = new ReentrantLock();

    /** Open until it has been read for the first time. */
    private @Nullable FileChannel first;

    private long at;
    private Instant lastWritten = Instant.MIN;
    private Optional<IOException> failure = Optional.empty();

    private KeyLogFileReader(Path file, SecretStore store) {
        this.file = file;
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
     * Begins to read key logs into the store, one after the other on a thread of their own; {@link SecretStore#awaitKeyLogs} waits for
     * their end.
     *
     * @throws IOException when one of them cannot be opened
     */
    public static List<KeyLogFileReader> begin(List<Path> files, SecretStore store) throws IOException {
        List<KeyLogFileReader> readers = new ArrayList<>();
        for (Path file : files) {
            if (Files.isDirectory(file)) {
                throw new FileSystemException(file.toString(), null, "it is a folder");
            }
            KeyLogFileReader reader = new KeyLogFileReader(file, store);
            reader.first = FileChannel.open(file, StandardOpenOption.READ);
            readers.add(reader);
        }
        for (KeyLogFileReader reader : readers) {
            store.addFile(reader);
            store.table().readingBegins();
        }
        Thread.ofPlatform().daemon().name("key log").start(() -> readers.forEach(KeyLogFileReader::readFirst));
        return readers;
    }

    private void readFirst() {
        lock.lock();
        try (FileChannel channel = Objects.requireNonNull(first)) {
            lastWritten = Files.getLastModifiedTime(file).toInstant();
            read(channel);
        } catch (IOException e) {
            failure = Optional.of(e);
        } finally {
            lock.unlock();
            table.readingEnds();
        }
    }

    /** Why it could not be read to its end, when it could not. */
    public Optional<IOException> failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
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

    Instant lastWritten() {
        lock.lock();
        try {
            return lastWritten;
        } finally {
            lock.unlock();
        }
    }

    boolean readMore() {
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
        if (!Files.isRegularFile(file)) {
            return false; // a pipe was read to its end
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() <= at) {
                return false;
            }
            lastWritten = Files.getLastModifiedTime(file).toInstant();
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
