package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The first walkthrough of docs/decode.md, command by command as it stands there, in a shell, with tcpdump. */
@Tag("interop")
@Timeout(180)
class DecodeDocsInteropTest {
    private static final Path PAGE = Path.of("..", "docs", "decode.md");

    @TempDir
    private Path folder = Path.of("");

    private final List<Process> running = new ArrayList<>();

    /** A command with the lines that are shown behind it. */
    private record Example(String command, List<String> shown) {
        boolean background() {
            return command.endsWith("&");
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Process process : running) {
            process.destroy();
            assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    private static List<Example> examples() throws IOException {
        String page = Files.readString(PAGE);
        String walk = page.substring(page.indexOf("## From nothing"), page.indexOf("And once more for a mail"));
        List<Example> examples = new ArrayList<>();
        StringBuilder command = new StringBuilder();
        List<String> shown = new ArrayList<>();
        for (String line : (walk + "\n    $ ").lines().toList()) {
            boolean goesOn = !command.isEmpty()
                    && shown.isEmpty()
                    && (command.toString().endsWith("\\") || command.toString().endsWith("|"));
            if (line.startsWith("    $ ")) {
                if (!command.isEmpty()) {
                    examples.add(new Example(command.toString(), List.copyOf(shown)));
                }
                command = new StringBuilder(line.substring(6));
                shown.clear();
            } else if (goesOn) {
                command.append('\n').append(line);
            } else if (line.startsWith("    ")) {
                shown.add(line.substring(4));
            }
        }
        return examples;
    }

    /** The times and the client's port are others each time. */
    private static Pattern pattern(String line) {
        return Pattern.compile(Pattern.quote(line.strip())
                .replaceAll("\\d\\d:\\d\\d:\\d\\d\\.\\d{3}", "\\\\E\\\\d\\\\d:\\\\d\\\\d:\\\\d\\\\d\\\\.\\\\d{3}\\\\Q")
                .replaceAll("127\\.0\\.0\\.1:5\\d{4} *", "\\\\E127\\\\.0\\\\.0\\\\.1:\\\\d+ *\\\\Q"));
    }

    private static void assertShows(List<String> printed, Example example) {
        int at = 0;
        for (String line : example.shown()) {
            if (line.strip().equals("…")) {
                continue;
            }
            Pattern pattern = pattern(line);
            while (at < printed.size()
                    && !pattern.matcher(printed.get(at).strip()).matches()) {
                at++;
            }
            assertThat(at)
                    .as("'%s' of '%s' in %s", line, example.command(), printed)
                    .isLessThan(printed.size());
            at++;
        }
    }

    private ProcessBuilder shell(String command) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path hikyaku = bin.resolve("hikyaku");
        if (!Files.exists(hikyaku)) {
            Files.writeString(
                    hikyaku,
                    "#!/bin/sh\nexec '" + System.getProperty("java.home") + "/bin/java' -cp '"
                            + System.getProperty("java.class.path") + "' org.hikyaku.cli.Hikyaku \"$@\"\n");
            Files.setPosixFilePermissions(hikyaku, PosixFilePermissions.fromString("rwx------"));
        }
        ProcessBuilder builder = new ProcessBuilder("bash", "-c", command)
                .directory(folder.toFile())
                .redirectErrorStream(true);
        builder.environment().put("PATH", bin + ":" + System.getenv("PATH"));
        return builder;
    }

    private List<String> run(Example example) throws IOException {
        Process process = shell(example.command()).start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
    }

    /** Until it says that it listens, as both tcpdump and the server do. */
    private List<String> begin(Example example) throws IOException {
        String command = example.command().substring(0, example.command().length() - 1);
        boolean capturing = command.startsWith("tcpdump");
        Process process = shell("exec "
                        + (capturing ? command.replace("tcpdump", "tcpdump --immediate-mode -Z root") : command))
                .start();
        running.add(process);
        List<String> printed = new ArrayList<>();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            printed.add(line);
            if (line.contains("listening on")) {
                return printed;
            }
        }
        throw new AssertionError(command + " printed only " + printed);
    }

    @Test
    void fromNothingToTheDecryptedPage() throws IOException {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/tcpdump")), "tcpdump is not installed");
        try (ServerSocket free = new ServerSocket(8443, 1, InetAddress.getLoopbackAddress())) {
            assertThat(free.isBound()).isTrue();
        } catch (IOException e) {
            Assumptions.abort("port 8443, which docs/decode.md shows, is taken: " + e.getMessage());
        }
        Files.createDirectory(folder.resolve("public"));
        Files.writeString(
                folder.resolve("public/index.html"),
                "<!doctype html>\n<title>Couriers</title>\n<p>Hello from inside TLS.</p>\n");
        List<Example> examples = examples();
        assertThat(examples).hasSize(6);
        for (Example example : examples) {
            assertShows(example.background() ? begin(example) : run(example), example);
        }
    }
}
