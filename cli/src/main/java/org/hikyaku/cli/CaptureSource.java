package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.hikyaku.capture.file.CaptureFiles;
import org.hikyaku.capture.file.CaptureFormatException;
import org.hikyaku.capture.file.CaptureReader;
import org.hikyaku.capture.file.PcapNgWriter;
import org.hikyaku.capture.file.SecretsListener;
import org.jspecify.annotations.Nullable;

/** Where the packets come from: a file, or a stream, which is kept beside the result when it must be read twice. */
final class CaptureSource implements Closeable {
    static final String STANDARD_INPUT = "-";

    private final String name;
    private final InputStream input;
    private final Optional<Path> copy; // only of what cannot be read twice
    private final OutputFiles files;
    private final boolean live;
    private Optional<Path> spool = Optional.empty();
    private Optional<PcapNgWriter> spooling = Optional.empty();
    private @Nullable SpooledReader reader;

    private CaptureSource(String name, InputStream input, Optional<Path> copy, OutputFiles files) {
        this.name = name;
        this.input = input;
        this.copy = copy;
        this.files = files;
        this.live = name.equals(STANDARD_INPUT) || Files.exists(Path.of(name)) && !Files.isRegularFile(Path.of(name));
    }

    /**
     * @param input what {@code -} stands for
     * @param copy where a copy will be written, if at all
     * @param files keeps the packets until then, if they cannot be read twice
     */
    static CaptureSource of(String name, InputStream input, Optional<Path> copy, OutputFiles files) {
        boolean twice = !name.equals(STANDARD_INPUT) && Files.isRegularFile(Path.of(name));
        return new CaptureSource(name, input, twice ? Optional.empty() : copy, files);
    }

    /** What it is called in sentences. */
    String title() {
        return name.equals(STANDARD_INPUT) ? "standard input" : name;
    }

    /** Whether it is read as it is made. */
    boolean live() {
        return live;
    }

    CaptureReader open(SecretsListener secrets, Progress progress) throws IOException {
        CaptureReader opened = name.equals(STANDARD_INPUT)
                ? CaptureFiles.open(input, title(), secrets)
                : CaptureFiles.open(Path.of(name), secrets);
        if (copy.isPresent()) {
            try {
                Path made = files.scratch(copy.get());
                spool = Optional.of(made);
                spooling = Optional.of(PcapNgWriter.create(made, "hikyaku decode", true));
            } catch (IOException e) {
                opened.close();
                throw new UsageException(
                        "the packets cannot be kept in a file beside " + copy.get() + ": " + FileTrouble.why(e), e);
            }
        }
        SpooledReader made = new SpooledReader(opened, spooling, title(), progress);
        reader = made;
        return made;
    }

    /** When the first packet was; in nanoseconds since 1970. */
    long began() {
        SpooledReader present = reader;
        return present == null ? 0 : present.began();
    }

    /** Copies it, secrets in front. */
    void write(SecretCapture secrets, OutputStream to) throws IOException {
        if (spooling.isPresent()) {
            spooling.get().close();
        }
        try (CaptureReader again = CaptureFiles.open(spool.orElseGet(() -> Path.of(name)), text -> {});
                PcapNgWriter writer = new PcapNgWriter(to, "hikyaku decode")) {
            secrets.write(again, writer);
        } catch (CaptureFormatException e) {
            return; // damaged from there on: that was said when it was decoded
        }
    }

    @Override
    public void close() throws IOException {
        if (spooling.isPresent()) {
            spooling.get().close();
        }
    }
}
