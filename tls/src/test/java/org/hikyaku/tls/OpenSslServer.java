package org.hikyaku.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.hikyaku.x509.Credential;

/** {@code openssl s_server} on a loopback port, answering as told; its own view of the session is in its output. */
final class OpenSslServer implements AutoCloseable {
    private final Process process;
    private final Lines lines;
    private final int port;

    OpenSslServer(Path folder, Credential credential, String... arguments) throws IOException, InterruptedException {
        Keys.write(credential, folder);
        List<String> command = new ArrayList<>(List.of(
                // Through a pipe, openssl would keep its first lines to itself.
                "stdbuf",
                "-oL",
                "openssl",
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                "cert.pem",
                "-key",
                "key.pem",
                "-rev"));
        if (credential.chain().size() > 1) {
            command.addAll(List.of("-cert_chain", "rest.pem"));
        }
        command.addAll(List.of(arguments));
        process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        lines = new Lines(process.getInputStream());
        try {
            String accept = lines.await("ACCEPT");
            port = Integer.parseInt(
                    accept.substring(accept.lastIndexOf(':') + 1).strip());
        } catch (AssertionError | RuntimeException e) {
            process.destroy();
            throw e;
        }
    }

    InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    /** What the server says of the session behind this heading, such as {@code Ciphersuite}. */
    String says(String heading) throws InterruptedException {
        String line = lines.await(heading + ":");
        return line.substring(heading.length() + 1).strip();
    }

    @Override
    public void close() {
        process.destroy();
    }
}
