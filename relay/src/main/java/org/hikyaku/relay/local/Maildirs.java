package org.hikyaku.relay.local;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;
import org.hikyaku.smtp.Body;
import org.hikyaku.smtp.MailContent;
import org.hikyaku.smtp.Mailbox;

/**
 * Mailboxes as folders: {@code ROOT/DOMAIN/LOCAL/new/FILE}. A mail is written under {@code tmp}, forced to disk, moved to
 * {@code new}, and the folder is forced to disk; when {@link #deliver} returns it is safe. Folders are for their owner alone
 * (0700), files too (0600).
 *
 * <p>A mail's file has the same name each time it is delivered, so that a delivery that was not written down before a
 * crash does not make a second copy.
 */
final class Maildirs {
    private static final Set<PosixFilePermission> FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final String PLAIN = "abcdefghijklmnopqrstuvwxyz0123456789-_+=.";

    private final Path root;
    private final Instant started;
    private final String host;

    /**
     * @param root made when it is needed
     * @param host our name, for the names of files
     * @param started mails received before may have been delivered by a process before this one
     */
    Maildirs(Path root, String host, Instant started) {
        this.root = root;
        this.started = started;
        this.host = host.replace("/", "\\057").replace(":", "\\072");
    }

    /** Whether the folder of a mailbox is there; for addresses in lower case. */
    boolean exists(String local, String domain) {
        return Files.isDirectory(folder(local, domain).resolve("new"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Where a mailbox is. No name leads out of the root: what is no plain character is written as its number. */
    Path folder(String local, String domain) {
        return root.resolve(encoded(domain)).resolve(encoded(local));
    }

    static String encoded(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (byte b : name.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xFF);
            if (PLAIN.indexOf(c) >= 0 && !(c == '.' && out.isEmpty())) {
                out.append(c);
            } else {
                out.append('%').append(String.format(Locale.ROOT, "%02X", (int) c));
            }
        }
        return out.toString();
    }

    /** A mail on its way into a mailbox. */
    record Delivery(String id, Instant received, String sender, Mailbox original, Body body) {}

    /** Puts a mail into a mailbox, which is made when it is not there. */
    void deliver(Mailbox box, Delivery delivery, MailContent content) throws IOException {
        Path folder = folder(box.local(), box.domain());
        make(folder);
        String name = delivery.received().getEpochSecond() + ".Q" + delivery.id() + "R"
                + digest(LocalAddresses.key(delivery.original())) + "." + host;
        if (delivery.received().isBefore(started) && isThere(folder, name)) {
            return;
        }
        Path draft = folder.resolve("tmp").resolve(name);
        Files.deleteIfExists(draft); // left by a process that died while it wrote
        try (FileChannel file = FileChannel.open(
                draft,
                EnumSet.of(StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW),
                PosixFilePermissions.asFileAttribute(FILE))) {
            try (OutputStream out = new BufferedOutputStream(Channels.newOutputStream(file), 1 << 16);
                    InputStream in = new BufferedInputStream(content.open(), 1 << 16)) {
                OutputStream lines = delivery.body() == Body.BINARY_MIME ? out : new UnixLines(out);
                lines.write(
                        ("Return-Path: <" + delivery.sender() + ">\r\nDelivered-To: " + delivery.original() + "\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                in.transferTo(lines);
                lines.flush();
                file.force(true);
            }
        } catch (IOException e) {
            try {
                Files.deleteIfExists(draft);
            } catch (IOException left) {
                e.addSuppressed(left);
            }
            throw e;
        }
        Path inbox = folder.resolve("new");
        Files.move(draft, inbox.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        sync(inbox);
    }

    /** Tells apart two recipients of one mail that share a mailbox. */
    private static String digest(String address) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(address.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    /** Delivered before, by a process that died before it could say so; the reader may have moved it since. */
    private static boolean isThere(Path folder, String name) throws IOException {
        if (Files.exists(folder.resolve("new").resolve(name), LinkOption.NOFOLLOW_LINKS)) {
            return true;
        }
        try (Stream<Path> read = Files.list(folder.resolve("cur"))) {
            return read.anyMatch(file -> String.valueOf(file.getFileName()).startsWith(name));
        }
    }

    private void make(Path folder) throws IOException {
        if (Files.isDirectory(folder.resolve("new"), LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.createDirectories(root);
        Path domain = folder.resolveSibling("");
        for (Path one :
                new Path[] {domain, folder, folder.resolve("tmp"), folder.resolve("cur"), folder.resolve("new")}) {
            if (!Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
                try {
                    Files.createDirectory(one, PosixFilePermissions.asFileAttribute(FOLDER));
                } catch (FileAlreadyExistsException e) {
                    if (!Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
                        throw e;
                    }
                }
                sync(one.resolveSibling(""));
            }
        }
    }

    /** A name is durable only when its folder is. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel handle = FileChannel.open(folder, StandardOpenOption.READ)) {
            handle.force(true);
        }
    }

    /** CR LF becomes LF, as mail readers expect of a Maildir. */
    private static final class UnixLines extends OutputStream {
        private final OutputStream out;
        private boolean cr;

        UnixLines(OutputStream out) {
            this.out = out;
        }

        @Override
        public void write(int b) throws IOException {
            if (cr && b != '\n') {
                out.write('\r');
            }
            cr = b == '\r';
            if (!cr) {
                out.write(b);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            int from = offset;
            int end = offset + length;
            while (cr && from < end) {
                write(bytes[from++]);
            }
            for (int i = from; i < end; i++) {
                if (bytes[i] == '\r' && (i + 1 == end || bytes[i + 1] == '\n')) {
                    out.write(bytes, from, i - from);
                    from = i + 1;
                    cr = from == end;
                }
            }
            if (from < end) {
                out.write(bytes, from, end - from);
            }
        }

        @Override
        public void flush() throws IOException {
            if (cr) {
                out.write('\r');
                cr = false;
            }
            out.flush();
        }
    }
}
