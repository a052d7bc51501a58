package org.hikyaku.relay.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.Set;

/** A file that a setting names, as it is on the disk now. */
record NamedFile(Path path) {

    /** Why it cannot be read; empty when it can. */
    Optional<String> unreadable() {
        if (!Files.exists(path)) {
            return Optional.of("there is no file " + path);
        }
        if (Files.isDirectory(path)) {
            return Optional.of(path + " is a folder, and a file is needed");
        }
        if (!Files.isReadable(path)) {
            return Optional.of("the user " + System.getProperty("user.name") + " may not read " + path);
        }
        return Optional.empty();
    }

    /** Why no secret may stand in it: others than its owner and group may read or change it. Empty when none may. */
    Optional<String> exposed() {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(path);
            return permissions.contains(PosixFilePermission.OTHERS_READ)
                            || permissions.contains(PosixFilePermission.OTHERS_WRITE)
                    ? Optional.of("everybody on this machine may read or change " + path
                            + ", which holds a secret; run chmod o= " + path)
                    : Optional.empty();
        } catch (NoSuchFileException e) {
            return Optional.of("there is no file " + path);
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.of("who may read " + path + " cannot be found out: " + e.getMessage());
        }
    }
}
