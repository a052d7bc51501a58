package org.hikyaku.capture.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.TestPorts;

/** tcpdump on the loopback interface, {@code openssl s_server -rev}, and clients one after another. */
final class OpenSslSessions implements AutoCloseable {
    private final Path dir;
    private final int port = TestPorts.take();
    private final Path capture;
    private final Path keys;
    private final Process server;
    private final Process tcpdump;

    OpenSslSessions(Path dir) throws IOException {
        this.dir = dir;
        this.capture = dir.resolve("sessions.pcap");
        this.keys = dir.resolve("sessions.keys");
        makeServerKey(dir);
        tcpdump = new ProcessBuilder(
                        "tcpdump",
                        "--immediate-mode",
                        "-U",
                        "-Z",
                        "root",
                        "-i",
                        "lo",
                        "-s",
                        "0",
                        "-B",
                        "32768",
                        "-w",
                        capture.toString(),
                        "tcp port " + port)
                .directory(dir.toFile())
                .start();
        awaitLine(tcpdump.getErrorStream(), "listening on");
        server = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-key",
                        "server.key",
                        "-cert",
                        "server.crt",
                        "-rev",
                        "-cipher",
                        "ALL:COMPLEMENTOFALL:@SECLEVEL=0",
                        "-ciphersuites",
                        "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
                                + ":TLS_AES_128_CCM_SHA256:TLS_AES_128_CCM_8_SHA256")
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .start();
        awaitLine(server.getInputStream(), "ACCEPT");
    }

    /** An RSA key and its certificate: server.key and server.crt. */
    static void makeServerKey(Path dir) throws IOException {
        run(
                dir,
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "server.key",
                "-out",
                "server.crt",
                "-days",
                "30",
                "-subj",
                "/CN=mx.example");
    }

    Path capture() {
        return capture;
    }

    Path keys() {
        return keys;
    }

    Path serverKey() {
        return dir.resolve("server.key");
    }

    static boolean installed(String tool) {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .anyMatch(d -> Files.isExecutable(Path.of(d, tool)))
                || Files.isExecutable(Path.of("/usr/bin", tool));
    }

    /** Names of suites by the pattern of openssl ciphers. */
    static List<String> ciphers(String version, String pattern) throws IOException {
        return Arrays.stream(run("openssl", "ciphers", "-s", version, pattern + ":@SECLEVEL=0")
                        .strip()
                        .split(":", -1))
                .filter(c -> !c.startsWith("TLS_"))
                .toList();
    }

    /** One session: sends the line, waits for it to come back reversed; false when the handshake failed. */
    boolean session(String line, List<String> options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "openssl",
                "s_client",
                "-connect",
                "127.0.0.1:" + port,
                "-quiet",
                "-no_ign_eof",
                "-keylogfile",
                keys.toString()));
        command.addAll(options);
        Process client = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            client.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
            client.getOutputStream().flush();
            boolean answered = awaitLine(
                    client.getInputStream(), new StringBuilder(line).reverse().toString());
            client.getOutputStream().close();
            return answered;
        } catch (IOException e) {
            return false; // the client has given up: a suite that both sides do not have
        } finally {
            if (!client.waitFor(5, TimeUnit.SECONDS)) {
                client.destroyForcibly();
            }
        }
    }

    /** Ends the capture; what was said before the last session is in the file. */
    void stop() throws InterruptedException {
        server.destroy();
        server.waitFor();
        tcpdump.destroy();
        tcpdump.waitFor();
    }

    @Override
    public void close() {
        try {
            stop();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean awaitLine(InputStream in, String words) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.ISO_8859_1));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(words)) {
                return true;
            }
        }
        return false;
    }

    static String run(String... command) throws IOException {
        return run(Path.of("."), command);
    }

    static String run(Path dir, String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
}
