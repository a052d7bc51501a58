package org.hikyaku.cli;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.TestPorts;

/** {@code hikyaku relay} as a process of its own, for tests that kill it. */
final class RelayProcess implements Closeable {
    private final Path folder;
    private final int port;
    private final int metrics;
    private Process process;

    private RelayProcess(Path folder, int port, int metrics, Process process) {
        this.folder = folder;
        this.port = port;
        this.metrics = metrics;
        this.process = process;
    }

    /** Writes a configuration with one mailbox, and starts; more lines may be added to it. */
    static RelayProcess start(Path folder, Path data, String more, String... before)
            throws IOException, InterruptedException {
        int port = TestPorts.take();
        int metrics = TestPorts.take();
        Files.writeString(folder.resolve("recipients"), "bob@own.example\n");
        Files.writeString(folder.resolve("relay.yaml"), """
                hostname: mx.own.example
                domains: [own.example]
                data-directory: %s
                allow-root: true
                listen: {smtp: ["127.0.0.1:%d"]}
                metrics: {listen: "127.0.0.1:%d"}
                dns: {resolvers: ["127.0.0.1:1"]}
                queue: {keep-free: 1 MiB}
                stop-within: 10s
                %s
                """.formatted(
                data, port, metrics, more.contains("local:") ? more : "local: {recipients: recipients}\n" + more));
        RelayProcess relay = new RelayProcess(folder, port, metrics, launch(folder, before));
        relay.awaitReady();
        return relay;
    }

    private static Process launch(Path folder, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "org.hikyaku.cli.Hikyaku",
                "relay",
                "-c",
                folder.resolve("relay.yaml").toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("out.log").toFile()))
                .redirectError(
                        ProcessBuilder.Redirect.to(folder.resolve("err.log").toFile()))
                .start();
    }

    private void awaitReady() throws IOException, InterruptedException {
        Path log = folder.resolve("err.log");
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!Files.readString(log).contains("ready: ")) {
            if (!process.isAlive() || System.nanoTime() > end) {
                kill();
                throw new IOException("the relay did not start: " + Files.readString(log));
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    /** Starts it again on what it left. */
    void again() throws IOException, InterruptedException {
        launchAgain();
        awaitReady();
    }

    /** The same without waiting until it is ready. */
    void launchAgain() throws IOException {
        process = launch(folder);
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** SIGTERM; gives the exit code. */
    int end() throws InterruptedException {
        process.destroy();
        return process.waitFor();
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** How many mails wait, by its metrics. */
    long queued() throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            String text = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + metrics + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            return text.lines()
                    .filter(l -> l.startsWith("hikyaku_relay_queue_mails "))
                    .mapToLong(l -> Long.parseLong(l.substring(l.indexOf(' ') + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("err.log"));
    }

    /** All mails in bob's mailbox under a data folder. */
    static List<byte[]> mailbox(Path data) throws IOException {
        List<byte[]> mails = new ArrayList<>();
        Path box = data.resolve("mail/own.example/bob/new");
        if (Files.isDirectory(box)) {
            try (Stream<Path> files = Files.list(box)) {
                for (Path file : files.toList()) {
                    mails.add(Files.readAllBytes(file));
                }
            }
        }
        return mails;
    }

    /** One header field's value of a mail in a mailbox. */
    static String field(byte[] mail, String name) {
        for (String line : new String(mail, StandardCharsets.ISO_8859_1).split("\n")) {
            if (line.startsWith(name + ": ")) {
                return line.substring(name.length() + 2);
            }
        }
        return "";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
