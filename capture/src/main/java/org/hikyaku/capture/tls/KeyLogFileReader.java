package org.hikyaku.capture.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/** A key log file: read when it is opened, and again from there on when a line was missed, for it may still grow. */
public final class KeyLogFileReader {
    private final Path file;
    private final KeyLogParser parser;

    /** Keeps the reading of threads that look for more apart. */
    private final ReentrantLock lock = new ReentrantLock();

    private long at;
    private Instant lastWritten = Instant.MIN;

    private KeyLogFileReader(Path file, SecretStore store) {
        this.file = file;
        this.parser = new KeyLogParser(store, String.valueOf(file.getFileName()));
    }

    /**
     * Reads a key log into the store.
     *
     * @throws IOException when it cannot be read
     */
    public static KeyLogFileReader open(Path file, SecretStore store) throws IOException {
        KeyLogFileReader reader = new KeyLogFileReader(file, store);
        reader.read();
        store.addFile(reader);
        return reader;
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
            return read();
        } catch (IOException e) {
            return false; // it was readable before; what has been read stays good
        } finally {
            lock.unlock();
        }
    }

    /** Whole lines only: the last may still be written. */
    private boolean read() throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            if (channel.size() <= at) {
                return false;
            }
            lastWritten = Files.getLastModifiedTime(file).toInstant();
            channel.position(at);
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (channel.read(buffer.clear()) > 0) {
                parser.take(buffer.array(), 0, buffer.position(), false);
                at += buffer.position();
            }
            parser.endIfWhole();
            return true;
        }
    }
}
