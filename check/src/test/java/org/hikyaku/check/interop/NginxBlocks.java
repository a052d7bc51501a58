package org.hikyaku.check.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.TestPorts;

/** An nginx with as many server blocks as wanted, each for TLS at a loopback port of its own. */
final class NginxBlocks implements AutoCloseable {
    private static final String NGINX = "/usr/sbin/nginx";
    private static final long PAUSE_MILLIS = 20;
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final List<InetSocketAddress> addresses;

    private NginxBlocks(Process process, List<InetSocketAddress> addresses) {
        this.process = process;
        this.addresses = List.copyOf(addresses);
    }

    /**
     * Has {@code nginx -t} read the configuration, starts it, and waits until it listens.
     *
     * @param folder a folder of its own
     * @param blocks what is in each server block
     */
    static NginxBlocks start(Path folder, List<String> blocks) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        List<InetSocketAddress> addresses = new ArrayList<>();
        StringBuilder servers = new StringBuilder();
        for (String block : blocks) {
            InetSocketAddress free = TestPorts.takeOnLoopback();
            addresses.add(free);
            servers.append("server { listen 127.0.0.1:%d ssl; server_name mx.example; %s location / { return 204; } }\n"
                    .formatted(free.getPort(), block));
        }
        Path configuration = folder.resolve("nginx.conf");
        Path output = folder.resolve("nginx.out");
        Files.writeString(configuration, """
                user root;
                daemon off;
                pid %1$s/nginx.pid;
                worker_processes 1;
                events { worker_connections 256; }
                http {
                    access_log off;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    %2$s
                }
                """.formatted(folder, servers));
        Process test = command(folder, output, "-t");
        if (!test.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || test.exitValue() != 0) {
            test.destroyForcibly();
            throw new IOException(
                    "nginx refuses its configuration: " + Files.readString(output, StandardCharsets.ISO_8859_1));
        }
        NginxBlocks server = new NginxBlocks(command(folder, output), addresses);
        for (int i = 0; !server.listens(); i++) {
            if (server.process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS)
                    || i > PATIENCE_SECONDS * 1000 / PAUSE_MILLIS) {
                server.close();
                throw new IOException("nginx did not start: " + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
        }
        return server;
    }

    private static Process command(Path folder, Path output, String... more) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                NGINX,
                "-p",
                folder.toString(),
                "-e",
                folder.resolve("error.log").toString(),
                "-c",
                folder.resolve("nginx.conf").toString()));
        line.addAll(List.of(more));
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    /** In the order of the blocks. */
    List<InetSocketAddress> addresses() {
        return addresses;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private boolean listens() {
        try (Socket socket = new Socket()) {
            socket.connect(addresses.getLast(), 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
