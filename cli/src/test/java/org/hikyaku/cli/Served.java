package org.hikyaku.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.hikyaku.x509.CertificateMaker;
import org.hikyaku.x509.CertificateTemplate;
import org.hikyaku.x509.Credential;
import org.hikyaku.x509.KeyChoice;

/** {@code tls serve} running in this process, for as many connections as it is told. */
final class Served {
    static final Instant NOW = Instant.parse("2026-11-22T00:00:00Z");

    /** Files of a small authority: ca.pem, rsa.pem, ec.pem and client.pem, each with its key. */
    static void certificates(Path folder) throws IOException {
        CertificateMaker maker = CertificateMaker.seeded("tls commands");
        Instant from = NOW.minusSeconds(86_400);
        Instant to = NOW.plusSeconds(86_400L * 3650);
        CertificateMaker.Authority root =
                maker.root(CertificateTemplate.authority(from, to, "Test Root"), KeyChoice.EC_P256);
        Files.writeString(folder.resolve("ca.pem"), root.credential().chainPem());
        write(folder.resolve("rsa.pem"), maker.server(server(from, to), KeyChoice.RSA_2048, root));
        write(folder.resolve("ec.pem"), maker.server(server(from, to), KeyChoice.EC_P256, root));
        write(
                folder.resolve("client.pem"),
                maker.issue(
                        CertificateTemplate.server(from, to, "client.example")
                                .withPurposes(java.util.Set.of(CertificateTemplate.CLIENT_AUTH)),
                        maker.key(KeyChoice.EC_P256),
                        root));
        write(
                folder.resolve("stranger.pem"),
                maker.selfSigned(
                        CertificateTemplate.server(from, to, "stranger.example"), maker.key(KeyChoice.EC_P256)));
    }

    private static CertificateTemplate server(Instant from, Instant to) {
        return CertificateTemplate.server(from, to, "localhost", "mx.example");
    }

    private static void write(Path file, Credential credential) throws IOException {
        Files.writeString(file, credential.chainPem() + credential.keyPem());
    }

    private final CompletableFuture<Integer> exit = new CompletableFuture<>();
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final int port;

    Served(int count, String... args) throws IOException {
        OutputStream out = new Lines();
        List<String> command = new ArrayList<>(List.of("tls", "serve", "--listen", "127.0.0.1:0"));
        command.addAll(List.of("--count", String.valueOf(count)));
        command.addAll(List.of(args));
        Environment environment = new Environment(Terminal.of(out, err, Map.of()), InstantSource.fixed(NOW), Map.of());
        Thread.ofPlatform().daemon().start(() -> {
            try (out) {
                exit.complete(Hikyaku.run(environment, command.toArray(String[]::new)));
            } catch (IOException | RuntimeException e) {
                exit.completeExceptionally(e);
            }
        });
        String first = line();
        if (!first.startsWith("listening on ")) {
            throw new AssertionError(first + err.toString(StandardCharsets.UTF_8));
        }
        String address = first.substring("listening on ".length(), first.indexOf(','));
        port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    int port() {
        return port;
    }

    /** The next line that the command prints; waits for it. */
    String line() {
        try {
            String line = lines.poll(60, TimeUnit.SECONDS);
            return line == null ? "nothing more came in a minute" : line;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while a line was waited for", e);
        }
    }

    /** Written to by the command's threads in turn, which may end before the line is read: no pipe takes that. */
    private final class Lines extends OutputStream {
        private final ByteArrayOutputStream begun = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                lines.add(begun.toString(StandardCharsets.UTF_8));
                begun.reset();
            } else {
                begun.write(b);
            }
        }
    }

    /** How the command ended; waits for it. */
    int exit() {
        return exit.join();
    }
}
