package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The command of the Debian package, in another folder, with a Java that only tells how it was called. */
class PackagedLauncherTest {
    @TempDir
    private Path folder;

    private Path lib = Path.of("");
    private Path command = Path.of("");

    @BeforeEach
    void aPackage() throws IOException {
        lib = Files.createDirectories(folder.resolve("lib"));
        command = folder.resolve("hikyaku");
        String script = Files.readString(Path.of("../packaging/hikyaku.sh"));
        assertThat(script).contains("\nlib=/opt/hikyaku/lib\n");
        executable(command, script.replace("\nlib=/opt/hikyaku/lib\n", "\nlib=" + lib + "\n"));
        Files.copy(Path.of("../scripts/terminal.sh"), lib.resolve("terminal.sh"));
        Files.createDirectories(lib.resolve("runtime/bin"));
        executable(lib.resolve("runtime/bin/java"), """
                #!/bin/sh
                echo "LC_ALL=${LC_ALL:-} TERMINAL=${HIKYAKU_TERMINAL-unset} COLUMNS=${COLUMNS:-}"
                echo "$@"
                """);
        for (String cache : new String[] {"decode", "hikyaku", "relay"}) {
            Files.writeString(lib.resolve(cache + ".aot"), "learnt");
        }
    }

    private static void executable(Path file, String script) throws IOException {
        Files.writeString(file, script);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private String run(String... words) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(out.toFile());
        builder.environment().clear();
        builder.environment().put("PATH", "/usr/bin:/bin");
        builder.environment().put("SHELL", "/bin/sh");
        Process process = builder.start();
        process.getOutputStream().close();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }

    @ParameterizedTest
    @CsvSource({
        "relay, relay",
        "decode, decode",
        "keys, decode",
        "cert, decode",
        "--version, decode",
        "check, hikyaku",
        "web, hikyaku"
    })
    void eachCommandTakesItsCache(String word, String cache) throws Exception {
        assertThat(run(command.toString(), word))
                .contains("-XX:AOTCache=" + lib.resolve(cache + ".aot") + " ")
                .endsWith("org.hikyaku.cli.Hikyaku " + word + "\n");
    }

    /** The relay's cache takes a relay that works while the package is made; the package is good without. */
    @Test
    void aRelayWithoutACacheOfItsOwnTakesTheCommon() throws Exception {
        Files.delete(lib.resolve("relay.aot"));

        assertThat(run(command.toString(), "relay")).contains("-XX:AOTCache=" + lib.resolve("hikyaku.aot") + " ");

        Files.delete(lib.resolve("hikyaku.aot"));

        assertThat(run(command.toString(), "relay")).doesNotContain("AOTCache");
    }

    @Test
    void saysThatNothingIsATerminalWhereNothingIs() throws Exception {
        assertThat(run(command.toString(), "check")).startsWith("LC_ALL=C.UTF-8 TERMINAL= COLUMNS=\n");
    }

    @Test
    void saysWhatIsATerminalAndHowWide() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")) && Files.isDirectory(Path.of("/proc/self")));
        String told = "LC_ALL=C.UTF-8 TERMINAL=";

        assertThat(atTerminal(command + " check")).contains(told + "out,err COLUMNS=77");
        assertThat(atTerminal(command + " check | cat")).contains(told + ",err COLUMNS=\r");
        assertThat(atTerminal(command + " check 2>/dev/null")).contains(told + "out COLUMNS=77");
    }

    private String atTerminal(String line) throws IOException, InterruptedException {
        return run("/usr/bin/script", "-qec", "stty cols 77; " + line, "/dev/null");
    }
}
