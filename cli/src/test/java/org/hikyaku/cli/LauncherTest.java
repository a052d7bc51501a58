package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ./hikyaku} in a checkout that counts as built, with a JDK that only tells how it was called. */
class LauncherTest {
    @TempDir
    private Path folder;

    private Path checkout = Path.of("");
    private Path launch = Path.of("");
    private Path jdk = Path.of("");

    private record Outcome(int exit, String out, String err) {}

    @BeforeEach
    void aCheckoutAndAJdk() throws IOException {
        checkout = Files.createDirectories(folder.resolve("a checkout"));
        launch = Files.createDirectories(checkout.resolve("cli/target/launch"));
        Files.createDirectories(checkout.resolve("cli/src/main"));
        Files.writeString(checkout.resolve("pom.xml"), "");
        Files.writeString(checkout.resolve("cli/pom.xml"), "");
        Files.createDirectories(checkout.resolve("scripts"));
        Files.copy(Path.of("../hikyaku"), checkout.resolve("hikyaku"));
        Files.copy(Path.of("../scripts/find-jdk.sh"), checkout.resolve("scripts/find-jdk.sh"));
        Files.copy(Path.of("../scripts/terminal.sh"), checkout.resolve("scripts/terminal.sh"));
        Files.writeString(checkout.resolve("scripts/build-native"), "");
        Files.createDirectory(checkout.resolve("scripts/training"));
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        script(jdk.resolve("bin/java"), """
                echo "LC_ALL=${LC_ALL:-}"; echo "$@"
                for option; do
                    case $option in -XX:AOTCacheOutput=*) echo learnt >"${option#*=}"; exit "${FAILS:-0}" ;; esac
                done""");
        script(jdk.resolve("bin/javac"), "");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Files.writeString(checkout.resolve("cli/target/hikyaku.jar"), "");
        Files.writeString(launch.resolve("hikyaku.aot"), "kept");
        Files.writeString(launch.resolve("decode.aot"), "kept");
        Files.writeString(launch.resolve("aot-jdk"), jdk + "\n");
        Files.writeString(launch.resolve("built"), "");
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(Map<String, String> variables) throws IOException, InterruptedException {
        return run(variables, "check", "a.example");
    }

    private Outcome run(Map<String, String> variables, String... words) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", checkout.resolve("hikyaku").toString()));
        command.addAll(List.of(words));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().putAll(variables);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Outcome(
                process.exitValue(),
                Files.readString(out, StandardCharsets.UTF_8),
                Files.readString(err, StandardCharsets.UTF_8));
    }

    @Test
    void worksWithoutAHomeFolder() throws Exception {
        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString()));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("org.hikyaku.cli.Hikyaku check a.example");
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void saysNothingWhenItCannotKeepWhichJdkItFound() throws Exception {
        Files.createDirectory(launch.resolve("jdk")); // not even root can write a file of this name now

        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString()));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exit()).isZero();
    }

    @Test
    void aCheckoutThatCannotBeBuiltByThisUserSaysWhatToDo() throws Exception {
        Files.delete(launch.resolve("built"));
        Files.delete(launch.resolve("hikyaku.aot"));
        Files.delete(launch.resolve("decode.aot"));
        Files.delete(launch.resolve("aot-jdk"));
        Files.delete(launch);
        Files.writeString(launch, "in the way");
        script(Files.createDirectories(folder.resolve("tools")).resolve("mvn"), "exit 1");

        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString(), "PATH", folder.resolve("tools") + ":/usr/bin:/bin"));

        assertThat(outcome.err())
                .startsWith("hikyaku: " + checkout.toRealPath() + " is not built")
                .contains("may not write")
                .contains("clone them into a folder of your own")
                .hasLineCount(1);
        assertThat(outcome.exit()).isEqualTo(2);
    }

    @Test
    void readsNamesOfAllScriptsInTheLocaleC() throws Exception {
        assertThat(run(Map.of("JAVA_HOME", jdk.toString())).out()).contains("LC_ALL=C.UTF-8\n");
        assertThat(run(Map.of("JAVA_HOME", jdk.toString(), "LC_ALL", "C")).out())
                .contains("LC_ALL=C.UTF-8\n");
        assertThat(run(Map.of("JAVA_HOME", jdk.toString(), "LANG", "de_DE.UTF-8"))
                        .out())
                .contains("LC_ALL=\n");
    }

    @Test
    void keepsTheFolderThatItWasStartedIn() throws Exception {
        // With performance data the JVM changes to /tmp/hsperfdata_USER and cannot return to a folder that it may not
        // list.
        assertThat(run(Map.of("JAVA_HOME", jdk.toString())).out()).contains("-XX:-UsePerfData");
    }

    @ParameterizedTest
    @CsvSource({
        "decode, decode",
        "keys, decode",
        "cert, decode",
        "--version, decode",
        "-V, decode",
        "check, hikyaku",
        "policy, hikyaku",
        "relay, hikyaku",
        "web, hikyaku",
        "demo, hikyaku"
    })
    void whatIsOverInAMomentTakesTheSmallCache(String word, String cache) throws Exception {
        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString()), word);

        assertThat(outcome.out())
                .contains(" -XX:AOTCache=" + launch.toRealPath().resolve(cache + ".aot") + " ")
                .endsWith("org.hikyaku.cli.Hikyaku " + word + "\n");
        assertThat(launch.resolve("decode.aot")).hasContent("kept");
        assertThat(launch.resolve("hikyaku.aot")).hasContent("kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"decode", "check"})
    void bothCachesAreMadeAnewAfterABuild(String word) throws Exception {
        later(checkout.resolve("cli/target/hikyaku.jar"));

        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString()), word);

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains(" -XX:AOTCache=").doesNotContain("org.hikyaku.cli.Training");
        for (String cache : List.of("decode", "hikyaku")) {
            assertThat(launch.resolve(cache + ".aot")).hasContent("learnt");
            assertThat(Files.readString(launch.resolve(cache + ".log")))
                    .contains("org.hikyaku.cli.Training " + cache + " ");
        }
        assertNothingLeftOver();
    }

    @Test
    void trainingThatFailsLeavesNoCacheAndIsNotTriedAgain() throws Exception {
        later(checkout.resolve("cli/target/hikyaku.jar"));

        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString(), "FAILS", "1"), "decode");

        assertThat(outcome.exit()).isZero();
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).doesNotContain("-XX:AOTCache").contains("org.hikyaku.cli.Hikyaku decode");
        assertThat(launch.resolve("decode.aot")).isEmptyFile();
        assertThat(launch.resolve("hikyaku.aot")).isEmptyFile();
        assertNothingLeftOver();
    }

    /** Two first calls at once: who waits for the other finds both caches made. */
    @Test
    void trainsUnderALock() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")));
        later(checkout.resolve("cli/target/hikyaku.jar"));
        script(jdk.resolve("bin/java"), """
                for option; do
                    case $option in -XX:AOTCacheOutput=*)
                        flock -n "%s" true && exit 1
                        echo learnt >"${option#*=}" ;;
                    esac
                done""".formatted(launch.resolve("lock")));

        run(Map.of("JAVA_HOME", jdk.toString()), "decode");

        assertThat(launch.resolve("decode.aot")).hasContent("learnt");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pom.xml",
                "cli/pom.xml",
                "cli/src/main",
                "scripts/Step.java",
                "scripts/build-native",
                "scripts/training"
            })
    void buildsWhatIsOlderThanItsSourcesAndWhatChangesItsJars(String source) throws Exception {
        Path changed = checkout.resolve(source);
        if (!Files.exists(changed)) {
            Files.writeString(changed, "");
        }
        later(changed);
        script(Files.createDirectories(folder.resolve("tools")).resolve("mvn"), "echo no such library; exit 1");

        Outcome outcome = run(Map.of("JAVA_HOME", jdk.toString(), "PATH", folder.resolve("tools") + ":/usr/bin:/bin"));

        assertThat(outcome.err()).contains("hikyaku: building").contains("no such library");
        assertThat(outcome.exit()).isEqualTo(2);
    }

    private static void later(Path file) throws IOException {
        Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
    }

    private void assertNothingLeftOver() throws IOException {
        try (Stream<Path> files = Files.list(launch)) {
            assertThat(files.map(f -> f.getFileName().toString()).filter(name -> name.contains(".aot")))
                    .containsExactlyInAnyOrder("decode.aot", "hikyaku.aot");
        }
    }
}
