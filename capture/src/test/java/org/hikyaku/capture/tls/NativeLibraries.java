package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The project's libraries in C, built for a test as the launcher builds them. */
public final class NativeLibraries {
    private NativeLibraries() {}

    /** Their folder; skips the test on machines that cannot build them. */
    static Path folder() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "no C compiler (cc) here");
        Path folder = Path.of("target", "native").toAbsolutePath();
        if (isOlder(folder, "rsa8", "src/main/c/rsa8.c")
                || isOlder(folder, "records", "../tls/src/main/c/records.c")
                || isOlder(folder, "records", "../tls/src/main/c/expand.h")) {
            Process build = new ProcessBuilder("../scripts/build-native", folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(build.waitFor()).as(said).isZero();
            assertThat(library(folder, "rsa8")).as(said).exists();
            assertThat(library(folder, "records")).as(said).exists();
        }
        return folder;
    }

    /** As {@link #folder}, where the processor has what eight RSA decryptions at a time need, too. */
    public static Path folderForRsa() throws Exception {
        Path cpus = Path.of("/proc/cpuinfo");
        assumeTrue(
                Files.exists(cpus) && Files.readString(cpus).contains(" avx512ifma "),
                "no processor with AVX-512 IFMA here");
        return folder();
    }

    /** Where one of them stands. */
    static Path library(Path folder, String name) {
        return folder.resolve(System.mapLibraryName("hikyaku_" + name));
    }

    private static boolean isOlder(Path folder, String name, String source) throws Exception {
        Path library = library(folder, name);
        return !Files.exists(library)
                || Files.getLastModifiedTime(library).compareTo(Files.getLastModifiedTime(Path.of(source))) < 0;
    }
}
