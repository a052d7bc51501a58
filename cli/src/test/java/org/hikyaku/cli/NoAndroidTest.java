package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.CodeModel;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The build's step {@code scripts/NoAndroid.java}, on jars like Conscrypt's. */
class NoAndroidTest {
    private static final String PLATFORM = "org/conscrypt/Platform.class";
    private static final String NOTICE = "META-INF/CHANGED-BY-HIKYAKU.txt";

    @TempDir
    private Path folder;

    /** A class with a method that returns this text. */
    private static byte[] returning(String text) {
        return ClassFile.of()
                .build(
                        ClassDesc.of("org.conscrypt.Platform"),
                        type -> type.withMethodBody(
                                "asked",
                                MethodTypeDesc.of(ConstantDescs.CD_String),
                                ClassFile.ACC_PUBLIC | ClassFile.ACC_STATIC,
                                code -> code.loadConstant(text).areturn()));
    }

    private Path jar(String name, byte[] platform) throws IOException {
        Path jar = folder.resolve(name);
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream out = new ZipOutputStream(file)) {
            out.putNextEntry(new ZipEntry(PLATFORM));
            out.write(platform);
            out.closeEntry();
        }
        return jar;
    }

    @Test
    void changesWhatItKnowsSaysSoAndLeavesTheRestAsItIs() throws Exception {
        Path known = jar("conscrypt-1.jar", returning("android.app.Application"));
        Path other = jar("conscrypt-2.jar", returning("dalvik.system.Other"));
        Path broken = jar("conscrypt-3.jar", new byte[] {1, 2, 3});
        byte[] otherBefore = Files.readAllBytes(other);
        byte[] brokenBefore = Files.readAllBytes(broken);

        Path log = folder.resolve("log");
        Process step = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        Path.of("../scripts/NoAndroid.java").toString(),
                        folder.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        assertThat(step.waitFor(60, TimeUnit.SECONDS)).isTrue();

        assertThat(step.exitValue()).as(Files.readString(log)).isZero();
        assertThat(Files.readString(log))
                .contains("conscrypt-1.jar: 1 replaced\n")
                .contains("conscrypt-2.jar: 0 replaced; ")
                .contains("conscrypt-3.jar stays as it is: ");
        assertThat(loaded(known)).containsExactly("java.lang.AndroidApplication");
        assertThat(text(known, NOTICE)).contains("Hikyaku changed it").contains(PLATFORM);
        assertThat(other).hasBinaryContent(otherBefore);
        assertThat(broken).hasBinaryContent(brokenBefore);
        assertThat(folder.resolve("conscrypt-3.jar.changed")).doesNotExist();
    }

    /** What the methods of the class load. */
    private static List<ConstantDesc> loaded(Path jar) throws IOException {
        return ClassFile.of().parse(bytes(jar, PLATFORM)).methods().stream()
                .flatMap(method -> method.code().stream())
                .flatMap(CodeModel::elementStream)
                .filter(ConstantInstruction.class::isInstance)
                .map(element -> ((ConstantInstruction) element).constantValue())
                .toList();
    }

    private static String text(Path jar, String entry) throws IOException {
        return new String(bytes(jar, entry), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Path jar, String entry) throws IOException {
        try (ZipFile in = new ZipFile(jar.toFile())) {
            return in.getInputStream(in.getEntry(entry)).readAllBytes();
        }
    }
}
