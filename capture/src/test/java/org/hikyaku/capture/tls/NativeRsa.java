package org.hikyaku.capture.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The library for eight RSA decryptions at a time, built for a test as the launcher builds it. */
public final class NativeRsa {
    private NativeRsa() {}

    /** Its folder; skips the test on machines that cannot build it, or not run it. */
    public static Path folder() throws Exception {
        assumeTrue(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "cc"))),
                "no C compiler (cc) here");
        Path cpus = Path.of("/proc/cpuinfo");
        assumeTrue(
                Files.exists(cpus) && Files.readString(cpus).contains(" avx512ifma "),
                "no processor with AVX-512 IFMA here");
        Path folder = Path.of("target", "native");
        Path library = folder.resolve(System.mapLibraryName("hikyaku_rsa8"));
        if (!Files.exists(library)
                || Files.getLastModifiedTime(library).compareTo(Files.getLastModifiedTime(Path.of("src/main/c/rsa8.c")))
                        < 0) {
            Process build = new ProcessBuilder("../scripts/build-native", folder.toString())
                    .redirectErrorStream(true)
                    .start();
            String said = new String(build.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(build.waitFor()).as(said).isZero();
            assertThat(library).as(said).exists();
        }
        return folder;
    }
}
