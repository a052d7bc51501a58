package org.hikyaku.net.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * An nginx that serves HTTPS for several hosts on one loopback address and port, telling them apart by SNI: policy hosts
 * of MTA-STS, for example. A client that sends another name, or none, meets the first.
 */
public final class NginxServer implements AutoCloseable {
    private static final Path NGINX = Path.of("/usr/sbin/nginx");
    private static final long PAUSE_MILLIS = 20;
    private static final long PATIENCE_SECONDS = 30;

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

    private final Process process;
    private final InetSocketAddress address;

    private NginxServer(Process process, InetSocketAddress address) {
        this.process = process;
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
        Process process = new ProcessBuilder(
                        NGINX.toString(), "-p", folder.toString(), "-e", log.toString(), "-c", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("nginx.out").toFile())
                .start();
        NginxServer server = new NginxServer(process, free);
        for (int i = 0; !server.listens(); i++) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS) || i > PATIENCE_SECONDS * 1000 / PAUSE_MILLIS) {
                server.close();
                throw new IOException("nginx did not start: "
                        + Files.readString(folder.resolve("nginx.out"), StandardCharsets.ISO_8859_1));
            }
        }
        return server;
    }

    public InetSocketAddress address() {
        return address;
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
            socket.connect(address, 1000);
            return true;
        } catch (IOException e) {
            return false;
        }
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
