package org.hikyaku.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.SecretsListener;
import org.jspecify.annotations.Nullable;

/** Where the packets come from: a file, or a stream, which is kept beside the result when it must be read twice. */
final class CaptureSource implements Closeable {
    static final String STANDARD_INPUT = "-";

    private final String name;
    private final Optional<EndableInput> stream; // what is read as it is made
    private Optional<Path> kept = Optional.empty();
    private Optional<OutputStream> keeping = Optional.empty();
    private volatile @Nullable ProgressReader reader; // ended by another thread

    private CaptureSource(String name, Optional<EndableInput> stream) {
        this.name = name;
        this.stream = stream;
    }

    /**
     * Opens a pipe, which waits for whoever writes into it.
     *
     * @param name of a file, or {@code -}
     * @param input what {@code -} stands for
     */
    static CaptureSource of(String name, StandardInput input) {
        if (name.equals(STANDARD_INPUT)) {
            return new CaptureSource(name, Optional.of(input.endable()));
        }
        Path file = Path.of(name);
        if (!Files.exists(file) || Files.isRegularFile(file) || Files.isDirectory(file)) {
            return new CaptureSource(name, Optional.empty());
        }
        try {
            return new CaptureSource(name, Optional.of(EndableInput.of(new FileInputStream(name))));
        } catch (IOException e) {
            throw new UsageException(name + " cannot be read: " + FileTrouble.why(e), e);
        }
    }

    /** What it is called in sentences. */
    String title() {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }

    /** Whether it is read as it is made. */
    boolean live() {
        return stream.isPresent();
    }

    /**
     * Begins to read.
     *
     * @param copy where a copy will be written, if at all
     * @param files keeps what is read until then, if it cannot be read twice
     */
    CaptureReader open(SecretsListener secrets, Progress progress, Optional<Path> copy, OutputFiles files)
            throws IOException {
        CaptureReader opened = stream.isPresent()
                ? CaptureFiles.open(
                        copy.isPresent() ? keep(stream.get(), copy.get(), files) : stream.get(), title(), secrets)
                : CaptureFiles.open(Path.of(name), secrets);
        ProgressReader made = new ProgressReader(opened, title(), progress);
        reader = made;
        return made;
    }

    private InputStream keep(InputStream in, Path copy, OutputFiles files) {
        try {
            Path made = files.scratch(copy);
            OutputStream out = new BufferedOutputStream(Files.newOutputStream(made, StandardOpenOption.WRITE), 1 << 16);
            kept = Optional.of(made);
            keeping = Optional.of(out);
            return new KeptInput(in, out);
        } catch (IOException e) {
            throw new UsageException(
                    "the packets cannot be kept in a file beside " + copy + ": " + FileTrouble.why(e), e);
        }
    }

    /** Gives no more than what has been read; from any thread. */
    void end() throws IOException {
        ProgressReader present = reader;
        if (stream.isPresent()) {
            stream.get().end();
        } else if (present != null) {
            present.end();
        }
    }

    /** When the first packet was; in nanoseconds since 1970. */
    long began() {
        ProgressReader present = reader;
        return present == null ? 0 : present.began();
    }

    /** Copies it, secrets in front. */
    void write(SecretCapture secrets, OutputStream to) throws IOException {
        if (keeping.isPresent()) {
            keeping.get().close();
        }
        try (to) {
            secrets.copy().write(kept.orElseGet(() -> Path.of(name)), to);
        } catch (CaptureFormatException e) {
            return; // damaged from there on: that was said when it was decoded
        }
    }

    @Override
    public void close() throws IOException {
        ProgressReader present = reader;
        if (present != null) {
            present.close();
        }
        if (keeping.isPresent()) {
            keeping.get().close();
        }
    }
}
