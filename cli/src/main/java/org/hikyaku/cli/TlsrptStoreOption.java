package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.hikyaku.tlsrpt.store.Database;
import picocli.CommandLine.Option;

/** The option {@code --store} of the commands about TLS reports; use as a mixin. */
final class TlsrptStoreOption {
    @Option(
            names = "--store",
            required = true,
            paramLabel = "FILE|URL",
            description =
                    "Where counts and reports are kept: a file, or jdbc:postgresql://HOST/NAME?user=NAME when several"
                            + " machines share it.")
    private String store = "";

    /**
     * Opens it, and makes it where it is not there.
     *
     * @throws UsageException when that does not work
     */
    Database open() {
        try {
            return Database.open(store);
        } catch (IOException e) {
            throw new UsageException("--store: " + FileTrouble.unwritable(e), e);
        }
    }

    /**
     * Opens it to read what others have put in: a file that is not there is a mistyped name, and no reason to make one.
     *
     * @throws UsageException when it is not there, or that does not work
     */
    Database openExisting() {
        if (!Database.isUrl(store) && !Files.exists(Path.of(store))) {
            throw new UsageException("--store: " + store
                    + " does not exist; a relay, hikyaku tlsrpt collect or hikyaku tlsrpt import makes it");
        }
        return open();
    }
}
