package org.hikyaku.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Why a file could not be read or written, in words: the messages of Java's exceptions are often the path alone. */
final class FileTrouble {
    private FileTrouble() {}

    /** {@code policy.txt does not exist}, {@code policy.txt cannot be read: permission denied}. */
    static String unreadable(Path file, IOException e) {
        return shown(file) + (e instanceof NoSuchFileException ? " does not exist" : " cannot be read: " + why(e));
    }

    /** {@code permission denied}, {@code the folder does not exist}, {@code No space left on device}. */
    static String why(IOException e) {
        return switch (e) {
            case NoSuchFileException _ -> "the folder does not exist";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException f when f.getReason() == null -> "there is a file of that name";
            case FileSystemException f when f.getReason() != null -> f.getReason();
            default -> String.valueOf(e.getMessage());
        };
    }

    /** {@code out.pcapng: permission denied}; without the name where the file system does not say it. */
    static String unwritable(IOException e) {
        return e instanceof FileSystemException f && f.getFile() != null ? f.getFile() + ": " + why(e) : why(e);
    }

    private static String shown(Path file) {
        return file.toString().isEmpty() ? "\"\"" : file.toString();
    }
}
