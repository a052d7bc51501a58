package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.net.Limit;

/**
 * Reports and mails in files: told apart by how they begin, not by their names. A mailbox (mbox) is read mail by mail, a
 * folder with all that is in it but for hidden files and a Maildir's {@code tmp}.
 */
final class TlsrptSources {
    /** More than a mail or a report may have, so that whoever takes it in sees that it is too large. */
    private static final Limit MAX_ONE = new Limit("bytes in one mail or report", (16 << 20) + 1);

    private static final byte[] FROM = "From ".getBytes(StandardCharsets.US_ASCII);

    private final Sink sink;

    enum Kind {
        REPORT,
        MAIL
    }

    @FunctionalInterface
    interface Sink {
        void take(String where, Kind kind, byte[] bytes) throws IOException;
    }

    TlsrptSources(Sink sink) {
        this.sink = sink;
    }

    /** @throws UsageException when it cannot be read */
    void path(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            for (Path child : children(path)) {
                String name = String.valueOf(child.getFileName());
                boolean maildirTmp = name.equals("tmp") && Files.isDirectory(path.resolve("cur"));
                // .Folder is how a Maildir names its folders
                boolean hiddenFile = name.startsWith(".") && !Files.isDirectory(child);
                if (!maildirTmp && !hiddenFile && !Files.isSymbolicLink(child)) {
                    path(child);
                }
            }
            return;
        }
        InputStream in;
        try {
            in = Files.newInputStream(path);
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(path, e), e);
        }
        try (in) {
            stream(path.toString(), in);
        }
    }

    private static List<Path> children(Path folder) {
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        } catch (IOException e) {
            throw new UsageException(FileTrouble.unreadable(folder, e), e);
        }
    }

    void stream(String where, InputStream plain) throws IOException {
        java.io.BufferedInputStream in = new java.io.BufferedInputStream(plain, 1 << 16);
        in.mark(64);
        byte[] head = in.readNBytes(64);
        in.reset();
        if (startsWith(head, FROM)) {
            mbox(where, in);
        } else {
            sink.take(where, isReport(head) ? Kind.REPORT : Kind.MAIL, in.readNBytes((int) MAX_ONE.value()));
        }
    }

    /** gzip, or what begins like JSON or like XML: which is told to whoever took it for a report. */
    private static boolean isReport(byte[] head) {
        if (head.length == 0 || head.length >= 2 && (head[0] & 0xff) == 0x1f && (head[1] & 0xff) == 0x8b) {
            return true;
        }
        String text =
                new String(head, StandardCharsets.UTF_8).replace("\uFEFF", "").stripLeading();
        return text.isEmpty() || text.startsWith("{") || text.startsWith("[") || text.startsWith("<");
    }

    private static boolean startsWith(byte[] bytes, byte[] start) {
        return bytes.length >= start.length && java.util.Arrays.equals(bytes, 0, start.length, start, 0, start.length);
    }

    /** Mails begin with a line {@code From …} behind an empty one; {@code >From } in a mail is {@code From } (mboxrd). */
    private void mbox(String where, InputStream in) throws IOException {
        ByteArrayOutputStream mail = new ByteArrayOutputStream();
        int number = 0;
        boolean emptyBefore = true;
        for (byte[] line = line(in); line.length > 0; line = line(in)) {
            if (emptyBefore && startsWith(line, FROM)) {
                if (number > 0) {
                    sink.take(where + ", mail " + number, Kind.MAIL, mail.toByteArray());
                }
                number++;
                mail.reset();
            } else if (mail.size() < MAX_ONE.value()) {
                int quotes = 0;
                while (quotes < line.length && line[quotes] == '>') {
                    quotes++;
                }
                boolean quoted = quotes > 0
                        && line.length >= quotes + FROM.length
                        && java.util.Arrays.equals(line, quotes, quotes + FROM.length, FROM, 0, FROM.length);
                mail.write(line, quoted ? 1 : 0, line.length - (quoted ? 1 : 0));
            }
            emptyBefore = line.length <= 2 && line[line.length - 1] == '\n';
        }
        if (number > 0) {
            sink.take(where + ", mail " + number, Kind.MAIL, mail.toByteArray());
        }
    }

    /** With its end; a line of more than a mail's size comes in pieces. */
    private static byte[] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(128);
        for (int b = in.read(); b >= 0; b = in.read()) {
            line.write(b);
            if (b == '\n' || line.size() > MAX_ONE.value()) {
                break;
            }
        }
        return line.toByteArray();
    }
}
