package org.hikyaku.tls;

import io.netty.internal.tcnative.Library;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * BoringSSL, by way of netty-tcnative: a thin layer over its functions, which are called with addresses of memory. It is bound to the
 * process and loaded once, when it is first asked for.
 */
final class NativeLibrary {
    private static final boolean LOADED = load();

    private NativeLibrary() {}

    /** Whether this machine has it. */
    static boolean loaded() {
        return LOADED;
    }

    private static boolean load() {
        String name =
                "netty_tcnative_linux_" + (System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64");
        try {
            if (!onLibraryPath(name) && !unpacked(System.mapLibraryName(name))) {
                return false;
            }
            return Library.initialize("provided", null);
        } catch (Exception | LinkageError e) {
            return false; // Another kind of machine: the other library does everything.
        }
    }

    /** Where the launcher has unpacked it. */
    @SuppressWarnings("restricted") // The manifest and the launcher allow native access.
    private static boolean onLibraryPath(String name) {
        try {
            System.loadLibrary(name);
            return true;
        } catch (UnsatisfiedLinkError e) {
            return false;
        }
    }

    /** Out of its jar, by way of a file that is gone again at once. */
    @SuppressWarnings("restricted")
    private static boolean unpacked(String file) throws IOException {
        try (InputStream bytes = Library.class.getResourceAsStream("/META-INF/native/" + file)) {
            if (bytes == null) {
                return false;
            }
            Path folder = Files.createTempDirectory("hikyaku-native");
            Path copy = folder.resolve(file); // The library finds its classes by the name of its file.
            try {
                Files.copy(bytes, copy, StandardCopyOption.REPLACE_EXISTING);
                System.load(copy.toString());
            } finally {
                Files.deleteIfExists(copy);
                Files.delete(folder);
            }
            return true;
        }
    }
}
