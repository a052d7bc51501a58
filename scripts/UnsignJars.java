import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Takes the signatures out of the jars of a folder, and the digest of each class out of their manifests: the JVM reads a manifest
 * of a megabyte at every start. Maven has checked what it downloaded; the JVM would check each signed jar again at every start, and
 * keep its classes out of the AOT cache.
 */
class UnsignJars {
    private static final String MANIFEST = "META-INF/MANIFEST.MF";

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
                    for (ZipEntry entry : in.stream().filter(e -> !isSignature(e) && !e.getName().equals(ChangeNotice.ENTRY)).toList()) {
                        out.putNextEntry(new ZipEntry(entry.getName()));
                        try (InputStream bytes = in.getInputStream(entry)) {
                            if (entry.getName().equals(MANIFEST)) {
                                withoutDigests(bytes).write(out);
                            } else {
                                bytes.transferTo(out);
                            }
                        }
                        out.closeEntry();
                    }
                    ChangeNotice.write(in, out, "META-INF: the signatures, and the digests in the manifest, were taken out.");
                }
                Files.move(unsigned, jar, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** What a manifest says of entries beside their digests stays. */
    private static Manifest withoutDigests(InputStream bytes) throws IOException {
        Manifest manifest = new Manifest(new ByteArrayInputStream(bytes.readAllBytes()));
        for (Attributes entry : manifest.getEntries().values()) {
            entry.keySet().removeIf(name -> name.toString().endsWith("-Digest"));
        }
        manifest.getEntries().values().removeIf(Attributes::isEmpty);
        return manifest;
    }

    private static boolean isSignature(ZipEntry entry) {
        return entry.getName().matches("META-INF/[^/]+\\.(SF|RSA|DSA|EC)");
    }
}
