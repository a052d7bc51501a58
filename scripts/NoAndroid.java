import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.instruction.ConstantInstruction.LoadConstantInstruction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Conscrypt asks when it starts whether this is Android, by a class that the JVM then looks for in each jar of the class path: longer
 * than all else that it does. Here it is made to ask for a class of a package of the JDK, which is as absent, and known to be at once.
 */
class NoAndroid {
    private static final String PLATFORM = "org/conscrypt/Platform.class";
    private static final String ASKED = "android.app.Application";
    private static final String INSTEAD = "java.lang.AndroidApplication";

    public static void main(String[] args) throws IOException {
        List<Path> jars;
        try (var files = Files.list(Path.of(args[0]))) {
            jars = files.filter(f -> f.getFileName().toString().startsWith("conscrypt-")).toList();
        }
        for (Path jar : jars) {
            Path changed = jar.resolveSibling(jar.getFileName() + ".changed");
            try (ZipFile in = new ZipFile(jar.toFile());
                    ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(changed))) {
                for (ZipEntry entry : in.stream().toList()) {
                    byte[] bytes = in.getInputStream(entry).readAllBytes();
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    out.write(entry.getName().equals(PLATFORM) ? notAndroid(bytes) : bytes);
                    out.closeEntry();
                }
            }
            Files.move(changed, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static byte[] notAndroid(byte[] bytes) {
        ClassFile context = ClassFile.of();
        CodeTransform asking = (builder, element) -> {
            if (element instanceof LoadConstantInstruction load && load.constantValue().equals(ASKED)) {
                builder.loadConstant(INSTEAD);
            } else {
                builder.with(element);
            }
        };
        return context.transformClass(context.parse(bytes), ClassTransform.transformingMethodBodies(asking));
    }
}
