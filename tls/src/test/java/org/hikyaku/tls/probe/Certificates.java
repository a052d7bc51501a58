package org.hikyaku.tls.probe;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Self-signed certificates for mx.example, made by OpenSSL. */
public final class Certificates {
    private final Path directory;

    public Certificates(Path directory) {
        this.directory = directory;
    }

    public List<String> rsaArguments() throws IOException {
        return arguments("rsa", "rsa:2048");
    }

    public List<String> ecdsaArguments() throws IOException {
        return arguments("ecdsa", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
    }

    /** Both, the ECDSA one as s_server's second. */
    public List<String> bothArguments() throws IOException {
        List<String> both = new ArrayList<>(rsaArguments());
        List<String> second = ecdsaArguments();
        both.addAll(List.of("-dcert", second.get(1), "-dkey", second.get(3)));
        return both;
    }

    public List<String> arguments(String name, String... newKey) throws IOException {
        Path certificate = directory.resolve(name + ".crt");
        Path key = directory.resolve(name + ".key");
        if (!Files.exists(certificate)) {
            List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-newkey"));
            command.addAll(Arrays.asList(newKey));
            command.addAll(List.of(
                    "-keyout",
                    key.toString(),
                    "-out",
                    certificate.toString(),
                    "-days",
                    "30",
                    "-subj",
                    "/CN=mx.example",
                    "-addext",
                    "subjectAltName=DNS:mx.example"));
            run(command);
        }
        return List.of("-cert", certificate.toString(), "-key", key.toString());
    }

    public static void run(List<String> command) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("failed: " + command);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
