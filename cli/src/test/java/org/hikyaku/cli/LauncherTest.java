package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
        jdk = folder.resolve("jdk");
        Files.createDirectories(jdk.resolve("bin"));
        script(jdk.resolve("bin/java"), "echo \"LC_ALL=${LC_ALL:-}\"; echo \"$@\"");
        script(jdk.resolve("bin/javac"), "");
        Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25.0.1\"\n");
        Files.writeString(checkout.resolve("cli/target/hikyaku.jar"), "");
        Files.writeString(launch.resolve("hikyaku.aot"), "");
        Files.writeString(launch.resolve("aot-jdk"), jdk + "\n");
        Files.writeString(launch.resolve("built"), "");
    }

    private static void script(Path file, String commands) throws IOException {
        Files.writeString(file, "#!/bin/sh\n" + commands + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private Outcome run(Map<String, String> variables) throws IOException, InterruptedException {
        List<String> command =
                new ArrayList<>(List.of("/bin/sh", checkout.resolve("hikyaku").toString(), "check", "a.example"));
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
}
