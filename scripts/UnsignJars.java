import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signature files out of the jars of a folder. Maven has checked what it downloaded; the JVM would check each
 * signed jar again at every start, and keep its classes out of the AOT cache.
 */
class UnsignJars {
    public static void main(String[] args) throws IOException {
        List<Path> jars;
        try (var files = Files.list(Path.of(args[0]))) {
            jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            try (ZipFile in = new ZipFile(jar.toFile())) {
                if (in.stream().noneMatch(UnsignJars::isSignature)) {
                    continue;
                }
                Path unsigned = jar.resolveSibling(jar.getFileName() + ".unsigned");
                try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(unsigned))) {
                    for (ZipEntry entry : in.stream().filter(e -> !isSignature(e)).toList()) {
                        out.putNextEntry(new ZipEntry(entry.getName()));
                        in.getInputStream(entry).transferTo(out);
                        out.closeEntry();
                    }
                }
                Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean isSignature(ZipEntry entry) {
        return entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }
}
