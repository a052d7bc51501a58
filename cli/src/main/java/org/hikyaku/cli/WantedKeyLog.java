package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.hikyaku.tls.KeyLogFile;

/** The key log file, when one is wanted. */
final class WantedKeyLog implements AutoCloseable {
    private final Optional<KeyLogFile> file;

    private WantedKeyLog(Optional<KeyLogFile> file) {
        this.file = file;
    }

    static WantedKeyLog open(Optional<Path> path) {
        try {
            return new WantedKeyLog(path.isEmpty() ? Optional.empty() : Optional.of(new KeyLogFile(path.get())));
        } catch (IOException e) {
            throw new UsageException(path.orElseThrow() + " cannot be written: " + FileTrouble.why(e), e);
        }
    }

    boolean wanted() {
        return file.isPresent();
    }

    void secret(String label, byte[] random, byte[] secret) throws IOException {
        if (file.isPresent()) {
            file.get().secret(label, random, secret);
        }
    }

    @Override
    public void close() {
        try {
            if (file.isPresent()) {
                file.get().close();
            }
        } catch (IOException e) {
            throw new UndecidedException("the key log could not be written: " + FileTrouble.why(e), e);
        }
    }
}
