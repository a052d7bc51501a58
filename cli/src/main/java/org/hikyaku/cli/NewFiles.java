package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Several files that belong together: none is written when one is in the way, each appears whole or not at all, and
 * secret ones can be read by their owner only, from their first byte on.
 */
final class NewFiles {
    private final boolean force;
    private final List<Entry> entries = new ArrayList<>();

    private record Entry(Path file, Content content, boolean secret) {}

    /** Bytes without a text form. */
    private static final class Content {
        private final byte[] bytes;

        Content(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    /** @param force whether to replace files that exist */
    NewFiles(boolean force) {
        this.force = force;
    }

    void add(Path file, byte[] content, boolean secret) {
        entries.add(new Entry(file, new Content(content), secret));
    }

    List<Path> paths() {
        return entries.stream().map(Entry::file).toList();
    }

    void write() {
        for (Entry entry : entries) {
            if (!force && Files.exists(entry.file(), LinkOption.NOFOLLOW_LINKS)) {
                throw inTheWay(entry.file());
            }
        }
        entries.forEach(this::write);
    }

    private static UsageException inTheWay(Path file) {
        return new UsageException(file + " exists; --force overwrites it, or --out names another");
    }

    private void write(Entry entry) {
        Path folder = entry.file().toAbsolutePath().getParent();
        try {
            Set<PosixFilePermission> permissions =
                    PosixFilePermissions.fromString(entry.secret() ? "rw-------" : "rw-r--r--");
            boolean posix =
                    entry.file().getFileSystem().supportedFileAttributeViews().contains("posix");
            FileAttribute<?>[] attributes = posix
                    ? new FileAttribute<?>[] {
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                    }
                    : new FileAttribute<?>[0];
            Path temporary = Files.createTempFile(folder, ".hikyaku", ".tmp", attributes);
            try {
                Files.write(temporary, entry.content().bytes);
                if (posix) {
                    Files.setPosixFilePermissions(temporary, permissions);
                }
                if (force) {
                    Files.move(
                            temporary,
                            entry.file(),
                            StandardCopyOption.ATOMIC_MOVE,
                            StandardCopyOption.REPLACE_EXISTING);
                } else {
                    link(temporary, entry.file());
                }
            } finally {
                Files.deleteIfExists(temporary);
            }
        } catch (FileAlreadyExistsException e) {
            throw inTheWay(entry.file());
        } catch (IOException e) {
            throw new UsageException(entry.file() + " cannot be written: " + FileTrouble.why(e), e);
        }
    }

    /** A second name for the file, which is never given to one that exists meanwhile. */
    private static void link(Path temporary, Path file) throws IOException {
        try {
            Files.createLink(file, temporary);
        } catch (UnsupportedOperationException e) {
            Files.move(temporary, file);
        }
    }
}
