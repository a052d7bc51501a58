package org.hikyaku.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code hikyaku lab serve --netns} as a process of its own: other programs in its namespace see the lab. */
@Tag("interop")
@Timeout(180)
class LabServeInteropTest {
    @TempDir
    private Path folder = Path.of("");

    @Test
    void otherProgramsInTheNamespaceSeeTheLabUntilItIsEnded() throws Exception {
        String name = "hikyaku-test-" + ProcessHandle.current().pid();
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dig")), "dig is not installed (Debian package dnsutils)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        Said possible = run("ip", "netns", "add", name);
        assumeTrue(possible.code() == 0, "network namespaces cannot be made here (it takes root): " + possible.text());
        run("ip", "netns", "del", name);

        Path capture = folder.resolve("lab.pcapng");
        Process lab = serve(name, capture);
        try {
            awaitServing(lab);
            assertThat(inside(name, "dig", "+short", "mx", "dane-ee.example").text())
                    .isEqualTo("10 mx.dane-ee.example.\n");
            assertThat(inside(name, "dig", "mx", "dane-ee.example").text()).contains("flags: qr rd ra ad;");
            assertThat(inside(name, "dig", "mx", "dnssec-expired.example").text())
                    .contains("status: SERVFAIL", "EDE: 7 (Signature Expired)");
            assertThat(inside(
                                    name,
                                    "curl",
                                    "-s",
                                    "--cacert",
                                    folder.resolve("files/ca.pem").toString(),
                                    "https://mta-sts.sts-enforce.example/.well-known/mta-sts.txt")
                            .text())
                    .contains("mode: enforce");
            assertThat(inside(name, "dig", "+short", "aaaa", "mx.dane-ipv6-only.example")
                            .text())
                    .startsWith("2001:db8::");
            assertThat(inside(name, "curl", "-s", "-m", "20", "telnet://mx.dane-ipv6-only.example:25")
                            .text())
                    .startsWith("220 mx.dane-ipv6-only.example ESMTP lab");
        } finally {
            lab.destroy(); // SIGTERM
            assertThat(lab.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }

        assertThat(run("ip", "netns", "list").text()).doesNotContain(name);
        assertThat(Path.of("/etc/netns", name)).doesNotExist();
        assertThat(new CommandRunner().run("decode", capture.toString()).out())
                .contains("mta-sts.sts-enforce.example", "TLSv1.3");
    }

    /** A shell's {@code $ ip netns exec lab ...} in docs/lab.md, and what it prints: dates, numbers and names of keys apart. */
    @Test
    void theTranscriptsOfThePageAreWhatProgramsPrint() throws Exception {
        String name = "hikyaku-docs-" + ProcessHandle.current().pid();
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/dig")), "dig is not installed (Debian package dnsutils)");
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/curl")), "curl is not installed");
        Said possible = run("ip", "netns", "add", name);
        assumeTrue(possible.code() == 0, "network namespaces cannot be made here (it takes root): " + possible.text());
        run("ip", "netns", "del", name);

        Process lab = serve(name, folder.resolve("docs.pcapng"));
        int transcripts = 0;
        try {
            awaitServing(lab);
            String command = "";
            String output = "";
            for (String line : Files.readString(Path.of("../docs/lab.md"))
                    .replace("\n      ", " ") // a long line of dig's, folded for the page
                    .lines()
                    .toList()) {
                if (line.startsWith("    $ ip netns exec lab ")) {
                    command = line.substring("    $ ip netns exec lab ".length())
                            .replace("/tmp/lab/", folder.resolve("files") + "/");
                    output = inside(name, command.split(" ")).text();
                    transcripts++;
                } else if (line.startsWith("    ") && !command.isEmpty()) {
                    assertThat(loose(output)).as(command).contains(loose(line.strip()));
                } else {
                    command = "";
                }
            }
        } finally {
            lab.destroy();
            assertThat(lab.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(transcripts).isGreaterThan(1);
    }

    private static String loose(String text) {
        return text.replaceAll("[0-9]+", "0");
    }

    @Test
    void withoutRightsItIsSaidThatItTakesRoot() throws Exception {
        assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/setpriv")),
                "setpriv is not installed (Debian package util-linux)");
        // root's files may be read, but nothing that takes a capability is allowed
        List<String> powerless = List.of("setpriv", "--bounding-set", "-all", "--inh-caps", "-all");
        assumeTrue(run("ip", "netns", "list").code() == 0, "ip (iproute2) is not installed");
        assumeTrue(
                run("setpriv", "--bounding-set", "-all", "--inh-caps", "-all", "true")
                                .code()
                        == 0,
                "only root can give rights up");
        for (String which : List.of("serve", "grade")) {
            List<String> command = new ArrayList<>(powerless);
            command.addAll(hikyaku());
            command.addAll(List.of("lab", which, "--netns", "hikyaku-nobody"));
            Said said = run(command.toArray(String[]::new));

            assertThat(said.code()).as(said.text()).isEqualTo(ExitCode.USAGE.code());
            assertThat(said.text())
                    .contains("the network namespace hikyaku-nobody cannot be made")
                    .doesNotContain("Exception");
        }
    }

    @Test
    void aGradeInANamespaceWithoutASenderLeavesNothingBehind() throws Exception {
        String name = "hikyaku-grade-" + ProcessHandle.current().pid();
        Said possible = run("ip", "netns", "add", name);
        assumeTrue(possible.code() == 0, "network namespaces cannot be made here (it takes root): " + possible.text());
        run("ip", "netns", "del", name);
        List<String> command = new ArrayList<>(hikyaku());
        command.addAll(List.of("lab", "grade", "--netns", name, "--time", "2", "--quiet", "1"));
        Said said = run(command.toArray(String[]::new));

        assertThat(said.code()).as(said.text()).isEqualTo(ExitCode.UNKNOWN.code());
        assertThat(said.text()).contains("No rule was seen broken.", "0 connections");
        assertThat(run("ip", "netns", "list").text()).doesNotContain(name);
        assertThat(Path.of("/etc/netns", name)).doesNotExist();
    }

    private static List<String> hikyaku() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hikyaku.cli.Hikyaku");
    }

    private Process serve(String name, Path capture) throws IOException {
        List<String> command = new ArrayList<>(hikyaku());
        command.addAll(List.of("lab", "serve", "--netns", name));
        command.addAll(List.of("--files", folder.resolve("files").toString(), "--pcap", capture.toString()));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("err.log").toFile())
                .start();
    }

    private void awaitServing(Process lab) throws IOException {
        BufferedReader out = new BufferedReader(new InputStreamReader(lab.getInputStream(), StandardCharsets.UTF_8));
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith("Run programs in it:")) {
                return;
            }
        }
        throw new AssertionError("the lab has ended: " + Files.readString(folder.resolve("err.log")));
    }

    private record Said(int code, String text) {}

    private static Said inside(String name, String... command) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(List.of(command));
        return run(all.toArray(String[]::new));
    }

    private static Said run(String... command) throws IOException, InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Said(process.waitFor(), text);
        } catch (IOException e) {
            return new Said(127, String.valueOf(e.getMessage()));
        }
    }
}
