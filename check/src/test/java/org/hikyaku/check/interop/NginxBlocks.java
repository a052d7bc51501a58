package org.hikyaku.check.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.TestPorts;
import org.hikyaku.net.interop.ServerProgram;

/** An nginx with as many server blocks as wanted, each for TLS at a loopback port of its own. */
final class NginxBlocks implements AutoCloseable {
    private static final String NGINX = "/usr/sbin/nginx";
    private static final long PATIENCE_SECONDS = 30;

    private final ServerProgram program;
    private final List<InetSocketAddress> addresses;

    private NginxBlocks(ServerProgram program, List<InetSocketAddress> addresses) {
        this.program = program;
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
        Process test = new ProcessBuilder(command(folder, "-t"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!test.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || test.exitValue() != 0) {
            test.destroyForcibly();
            throw new IOException(
                    "nginx refuses its configuration: " + Files.readString(output, StandardCharsets.ISO_8859_1));
        }
        return new NginxBlocks(ServerProgram.start(command(folder), output, addresses.getLast()), addresses);
    }

    private static List<String> command(Path folder, String... more) {
        List<String> line = new ArrayList<>(List.of(
                NGINX,
                "-p",
                folder.toString(),
                "-e",
                folder.resolve("error.log").toString(),
                "-c",
                folder.resolve("nginx.conf").toString()));
        line.addAll(List.of(more));
        return line;
    }

    /** In the order of the blocks. */
    List<InetSocketAddress> addresses() {
        return addresses;
    }

    @Override
    public void close() {
        program.close();
    }
}
