package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.net.Limit;
import org.hikyaku.net.UnixDatagramSocket;
import org.hikyaku.smtp.interop.PostfixServer;
import org.hikyaku.tlsrpt.count.SessionCount;
import org.hikyaku.tlsrpt.count.StoredCounts;
import org.hikyaku.tlsrpt.store.Database;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What docs/postfix.md tells an administrator to do. */
@Tag("interop")
@Timeout(120)
class PostfixDocsInteropTest {
    private static final Path EXAMPLES = Path.of("..", "docs", "examples", "systemd");
    private static final Path ANALYZE = Path.of("/usr/bin/systemd-analyze");
    private static final Path PAGE = Path.of("..", "docs", "postfix.md");

    @TempDir
    private Path directory;

    /** The settings of the page's blocks of main.cf. */
    private static List<List<String>> blocks() throws IOException {
        List<List<String>> blocks = new ArrayList<>();
        boolean inside = false;
        for (String line : Files.readAllLines(PAGE)) {
            if (line.strip().startsWith("```")) {
                inside = line.strip().equals("```ini");
                if (inside) {
                    blocks.add(new ArrayList<>());
                }
            } else if (inside) {
                blocks.getLast().add(line.strip());
            }
        }
        return blocks;
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    /** Postfix knows each setting of the first block, and takes it as it stands there. */
    @Test
    void postfixTakesTheSettings() throws Exception {
        PostfixServer.assumeInstalled();
        List<String> settings = blocks().getFirst();
        assertThat(settings).contains("smtp_tls_policy_maps = socketmap:inet:127.0.0.1:8642:QUERY");
        Files.write(directory.resolve("main.cf"), settings);
        Files.writeString(directory.resolve("master.cf"), "");
        String shown = run("postconf", "-c", directory.toString(), "-n");
        assertThat(shown).doesNotContain("warning");
        assertThat(shown.lines()).containsAll(settings);
    }

    /** systemd's own opinion of the units, also with what the page writes into {@code systemctl edit hikyaku-policy}. */
    @Test
    void systemdTakesTheUnitsAndFindsThemClosed() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(ANALYZE), "systemd is not installed (Debian package systemd)");
        for (String name : List.of(
                "hikyaku-policy.service",
                "hikyaku-tlsrpt-collect.service",
                "hikyaku-tlsrpt-send.service",
                "hikyaku-tlsrpt-send.timer")) {
            copy(EXAMPLES.resolve(name), directory.resolve(name));
        }
        judge("hikyaku-policy.service");
        judge("hikyaku-tlsrpt-collect.service");
        judge("hikyaku-tlsrpt-send.service");
        assertThat(verify("hikyaku-tlsrpt-send.timer")).isEmpty();

        String page = Files.readString(PAGE);
        int from = page.indexOf("[Service]\nDynamicUser=no");
        String override = page.substring(from, page.indexOf("```", from));
        Path dropIn = Files.createDirectory(directory.resolve("hikyaku-policy.service.d"));
        Files.writeString(dropIn.resolve("override.conf"), runnable(override));
        judge("hikyaku-policy.service");
    }

    /** Of a command that is there: systemd looks whether it is. */
    private static String runnable(String unit) {
        return unit.replace("/usr/bin/hikyaku", "/bin/echo");
    }

    private static void copy(Path unit, Path to) throws IOException {
        assertThat(Files.readString(unit)).startsWith("[Unit]");
        Files.writeString(to, runnable(Files.readString(unit)));
    }

    private void judge(String unit) throws IOException, InterruptedException {
        assertThat(verify(unit)).isEmpty();
        // of 10: the relay's unit is held to the same
        run(
                ANALYZE.toString(),
                "security",
                "--offline=true",
                "--threshold=25",
                directory.resolve(unit).toString());
    }

    private List<String> verify(String unit) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        ANALYZE.toString(),
                        "verify",
                        "--man=no",
                        directory.resolve(unit).toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.lines()
                .filter(line -> line.contains("hikyaku"))
                .toList(); // other units of this machine may have faults
    }

    /** {@code tlsrpt collect} as a process: datagrams of another program in, SIGTERM, counts in the store. */
    @Test
    void collectorCountsUntilItIsEnded() throws Exception {
        Path socket = directory.resolve("tlsrpt.sock");
        Path store = directory.resolve("tlsrpt.db");
        Path log = directory.resolve("log");
        Path notified = directory.resolve("notified");
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hikyaku.class.getName(),
                        "tlsrpt",
                        "collect",
                        "--socket",
                        socket.toString(),
                        "--store",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("NOTIFY_SOCKET", notified.toString());
        UnixDatagramSocket systemd = UnixDatagramSocket.bind(notified, "rw-------", new Limit("bytes", 1_000));
        Process collector = builder.start();
        try (systemd) {
            assertThat(systemd.receive(Duration.ofSeconds(60)))
                    .as(Files.readString(log))
                    .hasValueSatisfying(message -> assertThat(new String(message, StandardCharsets.UTF_8))
                            .isEqualTo("READY=1\nSTATUS=collecting"));
            Process peer = new ProcessBuilder("python3", "-", socket.toString())
                    .redirectOutput(ProcessBuilder.Redirect.to(new File("/dev/null")))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (OutputStream program = peer.getOutputStream()) {
                program.write("""
                        import socket, sys
                        s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
                        for i in range(100):
                            s.sendto(b'{"dpv": "1","d": "example.com","pr": "v=TLSRPTv1; rua=mailto:r@example.com",'
                                     b'"policies":[{"policy-type":9,"t":0,"f":0}]}', sys.argv[1])
                        s.sendto(b'no datagram of libtlsrpt', sys.argv[1])
                        """.getBytes(StandardCharsets.UTF_8));
            }
            assertThat(peer.waitFor()).isZero();
        } finally {
            collector.destroy(); // SIGTERM
            collector.waitFor();
        }
        assertThat(Files.readString(log)).contains("ended: 100 deliveries counted, 1 datagrams dropped");
        assertThat(socket).doesNotExist();
        try (Database database = Database.open(store);
                StoredCounts counts = new StoredCounts(database)) {
            LocalDate today = LocalDate.now(ZoneOffset.UTC);
            List<SessionCount> sums = new ArrayList<>(counts.sums(today));
            sums.addAll(counts.sums(today.minusDays(1))); // when midnight has just passed
            assertThat(sums.stream().mapToLong(s -> s.result().successful()).sum())
                    .isEqualTo(100);
        }
    }
}
