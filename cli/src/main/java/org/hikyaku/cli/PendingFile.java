package org.hikyaku.cli;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.hikyaku.capture.file.OwnerOnlyFile;
import org.jspecify.annotations.Nullable;

/**
 * A result that is written beside its place and takes it when all is done, so that what stands there stays until then, also when
 * writing fails. Pipes and devices, and what the shell has opened for this process, are written at once.
 */
final class PendingFile implements Closeable {
    private static final int BUFFER = 1 << 16;

    /** Of a long name: with the number and the ending behind it, it must stay below 255 bytes. */
    private static final int LONGEST_NAME = 50;

    private final Path target;
    private final Optional<Path> beside;
    private final boolean copied;
    private volatile @Nullable Counted stream; // another thread asks how far it is

    private PendingFile(Path target, Optional<Path> beside, boolean copied) {
        this.target = target;
        this.beside = beside;
        this.copied = copied;
    }

    /**
     * Makes sure that the file can be written; nothing is opened yet that somebody else may wait for.
     *
     * @param place where the file is or would be made, whatever links lead there
     */
    static PendingFile of(Path file, Path place) throws IOException {
        if (Files.isDirectory(place)) {
            throw new FileSystemException(file.toString(), null, "Is a directory");
        }
        if (isOpenHere(file) || Files.exists(place) && !Files.isRegularFile(place)) {
            return new PendingFile(file, Optional.empty(), false);
        }
        if (Files.exists(place) && !Files.isWritable(place)) {
            throw new AccessDeniedException(file.toString());
        }
        try {
            return new PendingFile(place, Optional.of(newFileBeside(place)), false);
        } catch (FileSystemException e) {
            if (!Files.exists(place)) {
                throw named(file, e);
            }
            // The file may be written and its folder not: it is written over at the end.
            return new PendingFile(place, Optional.of(newFileElsewhere()), true);
        }
    }

    /** The same trouble, told of the name that the user knows. */
    private static FileSystemException named(Path file, FileSystemException e) {
        String name = file.toString();
        return switch (e) {
            case NoSuchFileException _ -> new NoSuchFileException(name);
            case AccessDeniedException _ -> new AccessDeniedException(name);
            default -> new FileSystemException(name, null, e.getReason());
        };
    }

    /** A file that was not there before, so that nothing of the user's is lost, and that its owner alone may read. */
    static Path newFileBeside(Path place) throws IOException {
        Path folder = place.toAbsolutePath().getParent();
        Path name = place.getFileName();
        if (folder == null || name == null) {
            throw new IOException("it is no name of a file");
        }
        String begin = name.toString();
        begin = begin.substring(0, Math.min(begin.length(), LONGEST_NAME));
        return Files.createTempFile(folder, begin + ".", ".part");
    }

    /** Likewise, where nothing can be kept beside the result. */
    static Path newFileElsewhere() throws IOException {
        return Files.createTempFile("hikyaku-", ".part");
    }

    /** Whether the name is one of something that is open in this process, such as {@code /dev/stdout}, and so is no other file than that. */
    private static boolean isOpenHere(Path file) throws IOException {
        Path at = file.toAbsolutePath();
        for (int links = 0; links < 40; links++) { // as many as Linux follows
            Path folder = at.getParent();
            Path name = at.getFileName();
            if (folder == null || name == null || !Files.exists(folder)) {
                return false;
            }
            Path real = folder.toRealPath();
            if (real.startsWith("/proc") || real.startsWith("/dev/fd")) {
                return true;
            }
            at = real.resolve(name);
            if (!Files.isSymbolicLink(at)) {
                return false;
            }
            at = real.resolve(Files.readSymbolicLink(at));
        }
        return false;
    }

    /** Where to write; a pipe is opened here, which waits for whoever reads it. */
    OutputStream stream() throws IOException {
        Counted made = new Counted(
                beside.isPresent()
                        ? Files.newOutputStream(beside.get(), StandardOpenOption.WRITE)
                        : OwnerOnlyFile.create(target));
        stream = made;
        return new BufferedOutputStream(made, BUFFER);
    }

    /** Bytes written so far. */
    long written() {
        Counted present = stream;
        return present == null ? 0 : present.bytes.get();
    }

    /** Puts what was written, and closed, in its place. */
    void commit() throws IOException {
        if (beside.isEmpty()) {
            return;
        }
        if (copied) {
            try (OutputStream out = OwnerOnlyFile.create(target)) {
                Files.copy(beside.get(), out);
            }
            Files.delete(beside.get());
        } else {
            Files.move(beside.get(), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Leaves nothing behind of what was not put in its place. */
    @Override
    public void close() throws IOException {
        Counted present = stream;
        if (present != null) {
            present.close();
        }
        if (beside.isPresent()) {
            Files.deleteIfExists(beside.get());
        }
    }

    private static final class Counted extends FilterOutputStream {
        /** Asked for by another thread. */
        private final AtomicLong bytes = new AtomicLong();

        Counted(OutputStream to) {
            super(to);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes.incrementAndGet();
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            bytes.addAndGet(length);
        }
    }
}
