package org.hikyaku.cli;

import java.nio.file.Path;
import org.hikyaku.capture.Connection;

/** Where mails are written to: the message byte by byte as {@code .eml}, its envelope beside it. */
final class MailFolder {
    private final Path directory;
    private int number;

    MailFolder(Path directory) {
        this.directory = directory;
    }

    MailFile begin(Connection connection) {
        number++;
        return new MailFile(directory, "c" + connection.number() + "-m" + number);
    }
}
