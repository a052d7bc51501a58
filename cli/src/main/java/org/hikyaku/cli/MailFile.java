package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.hikyaku.capture.file.OwnerOnlyFile;
import org.hikyaku.capture.talk.Mail;
import org.hikyaku.capture.tcp.Endpoint;
import org.hikyaku.net.Limit;

/**
 * The files of one mail. Of a long one a part is kept and the rest is in the file already, which is not left open: mails on thousands
 * of connections may be under way.
 */
final class MailFile {
    private static final Limit KEPT = new Limit("bytes of a mail that wait to be written", 256 << 10);

    private final Path message;
    private final Path envelope;
    private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
    private boolean made;

    /** @param name of both files, without an ending */
    MailFile(Path directory, String name) {
        message = directory.resolve(name + ".eml");
        envelope = directory.resolve(name + ".envelope");
    }

    Path path() {
        return message;
    }

    void write(byte[] d, int offset, int length) {
        kept.write(d, offset, length);
        if (kept.size() >= KEPT.value()) {
            try {
                flush();
            } catch (IOException e) {
                throw failed(e);
            }
        }
    }

    /** What was encrypted is no less secret when it is decrypted. */
    private void flush() throws IOException {
        try (OutputStream out =
                made ? Files.newOutputStream(message, StandardOpenOption.APPEND) : OwnerOnlyFile.create(message)) {
            made = true;
            kept.writeTo(out);
        }
        kept.reset();
    }

    /** Writes the rest, and the envelope. */
    void end(Endpoint client, Endpoint server, Mail mail) {
        StringBuilder text = new StringBuilder();
        text.append("MAIL FROM:<").append(mail.from()).append(">\n");
        mail.recipients()
                .forEach(recipient -> text.append("RCPT TO:<").append(recipient).append(">\n"));
        text.append("client: ").append(client).append('\n');
        text.append("server: ").append(server).append('\n');
        text.append("encrypted: ").append(mail.encrypted() ? "yes\n" : "no\n");
        text.append("accepted: ").append(mail.accepted() ? "yes\n" : "no\n");
        text.append("complete: ").append(mail.complete() ? "yes\n" : "no, bytes of it are missing\n");
        text.append("frame: ").append(mail.frame()).append('\n');
        try {
            flush();
            try (OutputStream out = OwnerOnlyFile.create(envelope)) {
                out.write(text.toString().getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** The mail is not asked for after all. */
    void discard() {
        try {
            if (made) {
                Files.delete(message);
            }
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private UsageException failed(IOException e) {
        return new UsageException("the mail " + message + " cannot be written: " + FileTrouble.why(e), e);
    }
}
