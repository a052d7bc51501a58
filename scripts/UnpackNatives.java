import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Moves the native libraries of Conscrypt and netty-tcnative out of their jars into the folder {@code native} beside them, which
 * {@code java.library.path} is to name: else each is inflated into a temporary file, three megabytes, at every start.
 */
class UnpackNatives {
    private static final String PREFIX = "META-INF/native/";

    public static void main(String[] args) throws IOException {
        unpack(Path.of(args[0]), "conscrypt-", "conscrypt_openjdk_jni-" + platform());
        unpack(Path.of(args[0]), "netty-tcnative-boringssl-", "netty_tcnative_" + platform().replace('-', '_'));
    }

    private static void unpack(Path folder, String jarPrefix, String libraryName) throws IOException {
        String wanted = PREFIX + System.mapLibraryName(libraryName);
        List<Path> jars;
        try (var files = Files.list(folder)) {
            jars = files.filter(f -> f.getFileName().toString().startsWith(jarPrefix)).toList();
        }
        for (Path jar : jars) {
            Path without = jar.resolveSibling(jar.getFileName() + ".without");
            try (ZipFile in = new ZipFile(jar.toFile())) {
                ZipEntry library = in.getEntry(wanted);
                if (library == null) {
                    continue; // a machine that it does not know: the library says so itself when it is asked for
                }
                Path to = Files.createDirectories(folder.resolve("native")).resolve(wanted.substring(PREFIX.length()));
                try (InputStream bytes = in.getInputStream(library)) {
                    Files.copy(bytes, to, StandardCopyOption.REPLACE_EXISTING);
                }
                try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(without))) {
                    for (ZipEntry entry : in.stream().filter(e -> !e.getName().equals(wanted)).toList()) {
                        out.putNextEntry(new ZipEntry(entry.getName()));
                        try (InputStream bytes = in.getInputStream(entry)) {
                            bytes.transferTo(out);
                        }
                        out.closeEntry();
                    }
                }
            }
            Files.move(without, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** As Conscrypt calls it: {@code linux-x86_64}, {@code osx-aarch_64}. */
    private static String platform() {
        String os = System.getProperty("os.name").startsWith("Mac") ? "osx" : "linux";
        return os + '-' + (System.getProperty("os.arch").equals("aarch64") ? "aarch_64" : "x86_64");
    }
}
