import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Gives classes compiled for Java 5 (picocli's) the stack maps of Java 8 (JVMS section 4.7.4). The JVM keeps classes without them out
 * of the AOT cache and verifies them the old, slow way, at every start.
 */
class ModernJars {
    private static final int STACK_MAPS = ClassFile.JAVA_6_VERSION;

    public static void main(String[] args) throws IOException {
        List<Path> jars;
        try (var files = Files.list(Path.of(args[0]))) {
            jars = files.filter(f -> f.getFileName().toString().startsWith("picocli-")).toList();
        }
        for (Path jar : jars) {
            Path modern = jar.resolveSibling(jar.getFileName() + ".modern");
            try (ZipFile in = new ZipFile(jar.toFile());
                    URLClassLoader classes = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                    ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(modern))) {
                ClassFile context = ClassFile.of(
                        ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
                        ClassFile.ClassHierarchyResolverOption.of(ClassHierarchyResolver.ofResourceParsing(classes)
                                .orElse(ClassHierarchyResolver.defaultResolver())));
                for (ZipEntry entry : in.stream().filter(e -> !e.getName().equals(ChangeNotice.ENTRY)).toList()) {
                    byte[] bytes = in.getInputStream(entry).readAllBytes();
                    out.putNextEntry(new ZipEntry(entry.getName()));
                    out.write(entry.getName().endsWith(".class") ? modern(context, bytes) : bytes);
                    out.closeEntry();
                }
                ChangeNotice.write(in, out, "Classes compiled for Java 5 were given the stack maps and the version of Java 8.");
            }
            Files.move(modern, jar, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static byte[] modern(ClassFile context, byte[] bytes) {
        ClassModel model = context.parse(bytes);
        if (model.majorVersion() >= STACK_MAPS) {
            return bytes;
        }
        ClassTransform version = (builder, element) ->
                builder.with(element instanceof ClassFileVersion ? ClassFileVersion.of(ClassFile.JAVA_8_VERSION, 0) : element);
        CodeTransform anew = (builder, element) -> builder.with(element); // written again, not copied
        return context.transformClass(model, version.andThen(ClassTransform.transformingMethodBodies(anew)));
    }
}
