package org.hikyaku.tls.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Libraries that are of another version or give wrong results: each is the C file with one place changed, and declined. */
class WrongRecordLibraryTest {
    private static final Path SOURCES = Path.of("src/main/c");

    @TempDir
    private Path dir;

    @BeforeEach
    void needsACompiler() throws IOException {
        assumeTrue(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "no C compiler (cc) here");
        Path cpus = Path.of("/proc/cpuinfo");
        assumeTrue(Files.exists(cpus) && Files.readString(cpus).contains(" pclmulqdq "), "a processor without AES-NI");
    }

    /** Natives are bound once for each loader of classes: so each library gets classes of its own. */
    private static final class OwnClasses extends ClassLoader {
        OwnClasses() {
            super(WrongRecordLibraryTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            Class<?> present = findLoadedClass(name);
            if (present != null || !name.startsWith("org.hikyaku.tls.wire.")) {
                return present != null ? present : super.loadClass(name, resolve);
            }
            try (InputStream in = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (in == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] code = in.readAllBytes();
                return defineClass(name, code, 0, code.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    private Optional<?> refusal(Path library) throws Exception {
        Method refusal =
                new OwnClasses().loadClass(RecordLibrary.class.getName()).getDeclaredMethod("refusal", Path.class);
        refusal.setAccessible(true);
        return (Optional<?>) refusal.invoke(null, library);
    }

    private Path built(String from, String to) throws Exception {
        String source = Files.readString(SOURCES.resolve("records.c"));
        String expand = Files.readString(SOURCES.resolve("expand.h"));
        assertThat(source + expand).contains(from);
        Path changed = Files.writeString(dir.resolve("records.c"), source.replace(from, to));
        Files.writeString(dir.resolve("expand.h"), expand.replace(from, to));
        Path library = dir.resolve(System.mapLibraryName("changed"));
        Process build = new ProcessBuilder(
                        "cc", "-O0", "-shared", "-fPIC", "-o", library.toString(), changed.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(build.waitFor()).as(said).isZero();
        return library;
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', textBlock = """
            INTERFACE = 1                                | INTERFACE = 2     | it is of another version (interface 2 and not 1)
            return _mm_testz_si128(wrong, wrong)         | return 1          | its results are wrong
            """)
    void isDeclined(String from, String to, String why) throws Exception {
        assertThat(refusal(built(from, to))).asString().contains(why);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @Tag("long")
    @CsvSource(delimiter = '|', textBlock = """
            JAVA(int32_t, interfaceNumber)               | JAVA(int32_t, other)     | it is of another version (without
            0xc200000000000000                           | 0xc200000000000001       | its results are wrong
            ROUND(10, 0x36)                              | ROUND(10, 0x37)          | its results are wrong
            ROUND(14, 0x40)                              | ROUND(14, 0x41)          | its results are wrong
            0x428a2f98d728ae22                           | 0x428a2f98d728ae23       | its results are wrong
            0x428a2f98d728ae22                           | 0x428a2f99d728ae22       | its results are wrong
            additional_length * 8                        | additional_length * 4    | its results are wrong
            used = 0;                                    | used = 1;                | its results are wrong
            at += 64;                                    | at += 48;                | its results are wrong
            part(data + at, length - at)                 | part(data, length - at)  | its results are wrong
            s->powers[i]);                               | s->powers[0]);           | its results are wrong
            """)
    void whateverIsWrongWithIt(String from, String to, String why) throws Exception {
        assertThat(refusal(built(from, to))).asString().contains(why);
    }

    @Test
    @Tag("long")
    void theRightOneIsTaken() throws Exception {
        assertThat(refusal(built("INTERFACE = 1", "INTERFACE = 1"))).isEmpty();
    }

    @Test
    @Tag("long")
    void whatIsNoLibraryIsDeclined() throws Exception {
        assertThat(refusal(
                        Files.writeString(dir.resolve("text.so"), "no library").toAbsolutePath()))
                .isPresent();
    }
}
