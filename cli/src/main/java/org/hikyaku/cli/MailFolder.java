package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.hikyaku.capture.Connection;
import org.hikyaku.capture.file.OwnerOnlyFile;
import org.hikyaku.capture.talk.Mail;

/** Where mails are written to: the message byte by byte as {@code .eml}, its envelope beside it. */
final class MailFolder {
    private final Path directory;
    private int number;

    MailFolder(Path directory) {
        this.directory = directory;
    }

    Path write(Connection connection, Mail mail) {
        number++;
        String name = "c" + connection.number() + "-m" + number;
        Path message = directory.resolve(name + ".eml");
        ByteArrayOutputStream envelope = new ByteArrayOutputStream();
        line(envelope, "MAIL FROM:<" + mail.from() + ">");
        mail.recipients().forEach(recipient -> line(envelope, "RCPT TO:<" + recipient + ">"));
        line(envelope, "client: " + connection.client());
        line(envelope, "server: " + connection.server());
        line(envelope, "encrypted: " + (mail.encrypted() ? "yes" : "no"));
        line(envelope, "accepted: " + (mail.accepted() ? "yes" : "no"));
        line(envelope, "complete: " + (mail.complete() ? "yes" : "no, bytes of it are missing"));
        line(envelope, "frame: " + mail.frame());
        try {
            write(message, mail.message());
            write(directory.resolve(name + ".envelope"), envelope.toByteArray());
        } catch (IOException e) {
            throw new UsageException("the mail " + message + " cannot be written: " + e.getMessage(), e);
        }
        return message;
    }

    /** What was encrypted is no less secret when it is decrypted. */
    private static void write(Path file, byte[] content) throws IOException {
        try (OutputStream out = OwnerOnlyFile.create(file)) {
            out.write(content);
        }
    }

    private static void line(ByteArrayOutputStream out, String text) {
        out.writeBytes((text + "\n").getBytes(StandardCharsets.UTF_8));
    }
}
