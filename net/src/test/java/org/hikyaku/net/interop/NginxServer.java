package org.hikyaku.net.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * An nginx that serves HTTPS for several hosts on one loopback address and port, telling them apart by SNI: policy hosts
 * of MTA-STS, for example. A client that sends another name, or none, meets the first.
 */
public final class NginxServer implements AutoCloseable {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");

    /**
     * One host.
     *
     * @param name its name
     * @param keyPem its private key, PEM
     * @param chainPem its certificates, PEM, its own first
     * @param location what is in nginx's {@code location /} block, {@code return 404;} for example
     */
    public record Site(String name, String keyPem, String chainPem, String location) {

        /** Serves the files of a folder as plain text. */
        public static Site files(String name, String keyPem, String chainPem, Path folder) {
            return new Site(name, keyPem, chainPem, "default_type text/plain; types { } root " + folder + ";");
        }

        /** Sends everybody elsewhere. */
        public static Site redirect(String name, String keyPem, String chainPem, String target) {
            return new Site(name, keyPem, chainPem, "return 301 " + target + ";");
        }
    }

    private final ServerProgram program;
    private final InetSocketAddress address;

    private NginxServer(ServerProgram program, InetSocketAddress address) {
        this.program = program;
        this.address = address;
    }

    /** Skips the calling test unless nginx is installed. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(Files.isExecutable(NGINX), "nginx is not installed (Debian package nginx-light)");
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param folder an empty folder of its own
     * @param address any address of 127.0.0.0/8, or ::1
     */
    public static NginxServer start(Path folder, InetAddress address, List<Site> sites)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        InetSocketAddress free = new InetSocketAddress(address, TestPorts.take());
        Path log = folder.resolve("error.log");
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, configuration(folder, free, sites));
        ServerProgram program = ServerProgram.start(
                List.of(
                        NGINX.toString(),
                        "-p",
                        folder.toString(),
                        "-e",
                        log.toString(),
                        "-c",
                        configuration.toString()),
                folder.resolve("nginx.out"),
                free);
        return new NginxServer(program, free);
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        program.close();
    }

    private static String configuration(Path folder, InetSocketAddress address, List<Site> sites) throws IOException {
        StringBuilder servers = new StringBuilder();
        for (int i = 0; i < sites.size(); i++) {
            Site site = sites.get(i);
            Path pem = folder.resolve("site" + i + ".pem");
            Files.writeString(pem, site.keyPem() + "\n" + site.chainPem());
            servers.append("""
                    server {
                        listen %s ssl;
                        server_name %s;
                        ssl_certificate %3$s;
                        ssl_certificate_key %3$s;
                        location / { %4$s }
                    }
                    """.formatted(Addresses.text(address), site.name(), pem, site.location()));
        }
        String user = System.getProperty("user.name").equals("root") ? "user root;\n" : "";
        return user + """
                daemon off;
                pid %1$s/nginx.pid;
                worker_processes 1;
                events { worker_connections 256; }
                http {
                    access_log %1$s/access.log;
                    server_names_hash_bucket_size 128;
                    client_body_temp_path %1$s/body;
                    proxy_temp_path %1$s/proxy;
                    fastcgi_temp_path %1$s/fastcgi;
                    uwsgi_temp_path %1$s/uwsgi;
                    scgi_temp_path %1$s/scgi;
                    %2$s
                }
                """.formatted(folder, servers);
    }
}
