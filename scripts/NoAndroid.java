import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Conscrypt asks when it starts whether this is Android, by a class that the JVM then looks for in each jar of the class path: longer
 * than all else that it does. Here it is made to ask for a class of a package of the JDK, which is as absent, and known to be at once.
 * Only speed hangs on it: a jar in which that is not found, or that cannot be changed, stays as it is, and the build's log says so.
 */
class NoAndroid {
    private static final String PLATFORM = "org/conscrypt/Platform.class";
    private static final String ASKED = "android.app.Application";
    private static final String INSTEAD = "java.lang.AndroidApplication";

    public static void main(String[] args) throws IOException {
        List<Path> jars;
        try (var files = Files.list(Path.of(args[0]))) {
            jars = files.filter(f -> f.getFileName().toString().matches("conscrypt-.*\\.jar"))
                    .sorted()
                    .toList();
        }
        if (jars.isEmpty()) {
            System.out.println("NoAndroid: no jar of Conscrypt in " + args[0]);
        }
        for (Path jar : jars) {
            Path changed = jar.resolveSibling(jar.getFileName() + ".changed");
            try {
                int replaced = change(jar, changed);
                System.out.println("NoAndroid: " + jar.getFileName() + ": " + replaced + " replaced"
                        + (replaced == 0 ? "; it looks for Android elsewhere than known, and commands start later" : ""));
                if (replaced > 0) {
                    Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
                }
            } catch (IOException | RuntimeException e) {
                System.out.println("NoAndroid: " + jar.getFileName() + " stays as it is: " + e);
            } finally {
                Files.deleteIfExists(changed);
            }
        }
    }

    /** Returns how often the name was replaced. */
    private static int change(Path jar, Path changed) throws IOException {
        AtomicInteger replaced = new AtomicInteger();
        try (ZipFile in = new ZipFile(jar.toFile());
                ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(changed))) {
            for (ZipEntry entry : in.stream().filter(e -> !e.getName().equals(ChangeNotice.ENTRY)).toList()) {
                byte[] bytes = in.getInputStream(entry).readAllBytes();
                out.putNextEntry(new ZipEntry(entry.getName()));
                out.write(entry.getName().equals(PLATFORM) ? notAndroid(bytes, replaced) : bytes);
                out.closeEntry();
            }
            ChangeNotice.write(in, out, PLATFORM + ": it looks for " + INSTEAD + " and not for " + ASKED + ".");
        }
        return replaced.get();
    }

    private static byte[] notAndroid(byte[] bytes, AtomicInteger replaced) {
        ClassFile context = ClassFile.of();
        CodeTransform asking = (builder, element) -> {
            if (element instanceof LoadConstantInstruction load && load.constantValue().equals(ASKED)) {
                builder.loadConstant(INSTEAD);
                replaced.incrementAndGet();
            } else {
                builder.with(element);
            }
        };
        return context.transformClass(context.parse(bytes), ClassTransform.transformingMethodBodies(asking));
    }
}
