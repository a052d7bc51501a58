package org.hikyaku.cli;

import java.io.IOException;
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
            throw new UsageException("--store: " + e.getMessage(), e);
        }
    }
}
