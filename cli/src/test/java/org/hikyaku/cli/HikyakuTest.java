package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HikyakuTest {

    @Test
    void helpGoesToStandardOutputAndIsAllWell() {
        CommandRunner.Result result = new CommandRunner().run("--help");

        assertThat(result.exit()).isZero();
        assertThat(result.out())
                .contains("Usage: hikyaku")
                .contains("Examples:")
                .contains("Exit codes: 0 all well");
        assertThat(result.err()).isEmpty();
    }

    @Test
    void versionIsOneLine() {
        CommandRunner.Result result = new CommandRunner().run("--version");

        assertThat(result.exit()).isZero();
        assertThat(result.out()).matches("hikyaku \\S+\\R");
    }

    @Test
    void noCommandIsAWrongCall() {
        CommandRunner.Result result = new CommandRunner().run();

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).contains("say which command you want");
    }

    @Test
    void unknownOptionIsNamedWithoutAStackTrace() {
        CommandRunner.Result result = new CommandRunner().run("--colour");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err())
                .contains("unknown option '--colour'")
                .contains("--help")
                .doesNotContain("\tat ");
    }

    @Test
    void unknownCommandIsNamed() {
        CommandRunner.Result result = new CommandRunner().run("chekc");

        assertThat(result.exit()).isEqualTo(2);
        assertThat(result.err()).contains("unknown command 'chekc'");
    }

    /** {@code main} returns where it can; a thread that a library left behind must not keep the process. */
    @Test
    void endsAlsoWhileAnotherThreadLives(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("out");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        LeftBehind.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("ended: " + Files.readString(out))
                    .isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(Files.readString(out)).matches("lives\\Rhikyaku \\S+\\R");
        assertThat(process.exitValue()).isZero();
    }

    /** The command, in a process in which a thread waits for ever. */
    static final class LeftBehind {
        private LeftBehind() {}

        public static void main(String[] args) throws InterruptedException {
            CountDownLatch lives = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            Thread thread = new Thread(() -> {
                System.out.println("lives");
                lives.countDown();
                try {
                    never.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.setDaemon(false);
            thread.start();
            lives.await();
            Hikyaku.main(new String[] {"--version"});
        }
    }
}
