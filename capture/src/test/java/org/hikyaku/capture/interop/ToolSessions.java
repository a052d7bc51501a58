package org.hikyaku.capture.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Servers of OpenSSL and GnuTLS on loopback ports, and sessions with them that go beyond a handshake and a line:
 * resumption, renegotiation, early data and the like. Each case has a key log of its own.
 */
final class ToolSessions implements AutoCloseable {
    static final String PSK = "0102030405060708090a0b0c0d0e0f10";

    /**
     * What one connection must have said.
     *
     * @param name the case, which is a file's name too
     * @param client all that the client said, or a part of it for real protocols
     * @param server likewise
     * @param exact whether that is all
     */
    record Said(String name, String client, String server, boolean exact) {
        static Said exactly(String name, String client, String server) {
            return new Said(name, client, server, true);
        }
    }

    /** Sessions that say things; what they said. */
    @FunctionalInterface
    interface Script {
        List<Said> run(String name) throws IOException, InterruptedException;
    }

    private record Case(String name, Script script) {}

    private final Path dir;
    private final Wire wire;
    private final List<Tool> servers = new ArrayList<>();
    private final List<Case> cases = new ArrayList<>();
    private int nextPort;

    ToolSessions(Path dir, int ports) throws IOException, InterruptedException {
        this.dir = dir;
        Files.createDirectories(dir.resolve("keys"));
        certificate("rsa", "rsa:2048");
        certificate("ec", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
        Files.writeString(dir.resolve("psk.txt"), "user:" + PSK + "\n");
        wire = new Wire(dir, ports);
    }

    private void certificate(String name, String... kind) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "3"));
        command.addAll(List.of("-subj", "/CN=mx.example", "-keyout", name + ".key", "-out", name + ".crt", "-newkey"));
        command.addAll(List.of(kind));
        new Tool(dir, command).finish();
    }

    Path dir() {
        return dir;
    }

    /** A port of the capture that nobody has yet. */
    int port() {
        return wire.port(nextPort++);
    }

    /** An openssl server that says lines back in reverse. */
    int openssl(String... options) throws IOException, InterruptedException {
        int port = port();
        opensslAt("127.0.0.1:" + port, "-rev", options);
        return port;
    }

    Tool opensslAt(String address, String mode, String... options) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("stdbuf", "-oL", "openssl", "s_server", "-accept", address));
        if (!mode.isEmpty()) {
            command.add(mode);
        }
        command.addAll(List.of(options));
        Tool server = new Tool(dir, command).await("ACCEPT");
        servers.add(server);
        return server;
    }

    /** A gnutls server that says lines back. */
    int gnutls(String... options) throws IOException, InterruptedException {
        int port = port();
        List<String> command = new ArrayList<>(List.of("gnutls-serv", "--echo", "-p", String.valueOf(port)));
        command.addAll(List.of("--x509keyfile=rsa.key", "--x509certfile=rsa.crt"));
        command.addAll(List.of("--x509keyfile=ec.key", "--x509certfile=ec.crt"));
        command.addAll(List.of(options));
        servers.add(new Tool(dir, command).await("IPv4 0.0.0.0 port"));
        return port;
    }

    void server(Tool tool) {
        servers.add(tool);
    }

    Path keys(String name) {
        return dir.resolve("keys").resolve(name + ".keys");
    }

    Tool client(String name, int port, String... options) throws IOException {
        return clientOf(name, "127.0.0.1:" + port, options);
    }

    /** {@code openssl s_client} with its letters for renegotiation and the like. */
    Tool clientOf(String name, String address, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", address));
        command.addAll(List.of("-keylogfile", keys(name).toString()));
        command.addAll(List.of(options));
        return new Tool(dir, command);
    }

    Tool gnutlsClient(String name, int port, String priority, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of("gnutls-cli", "--insecure", "--logfile=/dev/null"));
        command.addAll(List.of("--priority", priority, "-p", String.valueOf(port)));
        command.addAll(List.of(options));
        command.add("127.0.0.1");
        return new Tool(dir, Map.of("SSLKEYLOGFILE", keys(name).toString()), command);
    }

    static String line(String name) {
        return "say " + name + "\n";
    }

    static String reversed(String line) {
        return new StringBuilder(line.strip()).reverse() + "\n";
    }

    void add(String name, Script script) {
        cases.add(new Case(name, script));
    }

    /** A line, and the same backwards. */
    void addReversed(String name, int port, String... options) {
        add(name, n -> {
            client(n, port, options).send(line(n)).await(reversed(line(n))).finish();
            return List.of(Said.exactly(n, line(n), reversed(line(n))));
        });
    }

    /** A line, and the same again. */
    void addEchoed(String name, int port, String priority, String... options) {
        add(name, n -> {
            gnutlsClient(n, port, priority, options)
                    .send(line(n))
                    .await(line(n))
                    .finish();
            return List.of(Said.exactly(n, line(n), line(n)));
        });
    }

    /** Runs all cases, three at a time. */
    List<Said> run() throws InterruptedException {
        List<String> failed = new ArrayList<>();
        List<Said> said = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
            List<Future<List<Said>>> results = new ArrayList<>();
            for (Case one : cases) {
                Callable<List<Said>> run = () -> one.script().run(one.name());
                results.add(threads.submit(run));
            }
            for (int i = 0; i < results.size(); i++) {
                try {
                    said.addAll(results.get(i).get());
                } catch (ExecutionException e) {
                    failed.add("the case " + cases.get(i).name() + ": " + e.getCause());
                }
            }
        }
        assertThat(failed).isEmpty();
        return said;
    }

    /** Ends the capture. */
    Path stop() throws IOException, InterruptedException {
        servers.forEach(Tool::close);
        return wire.stop();
    }

    @Override
    public void close() {
        servers.forEach(Tool::close);
        wire.close();
    }
}
