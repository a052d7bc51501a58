package org.hikyaku.check.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/**
 * An Exim of its own on a loopback port. Debian's is linked with GnuTLS. It cannot be installed beside Postfix, so that
 * {@code scripts/install-test-servers} only unpacks it.
 */
final class EximServer implements AutoCloseable {
    private static final Optional<Path> EXIM = Stream.of("/opt/hikyaku-exim/usr/sbin/exim4", "/usr/sbin/exim4")
            .map(Path::of)
            .filter(Files::isExecutable)
            .findFirst();
    private static final long PAUSE_MILLIS = 20;
    private static final long PATIENCE_SECONDS = 30;

    private final Process process;
    private final InetSocketAddress address;

    private EximServer(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    /** Skips the calling test unless there is an Exim, and root to start it. */
    static void assumeInstalled() {
        Assumptions.assumeTrue(EXIM.isPresent(), "Exim is not there (scripts/install-test-servers unpacks it)");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "Exim can be started by root only");
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param folder a folder of its own, below one that everybody may read
     * @param settings lines of its main section
     */
    static EximServer start(Path folder, List<String> settings) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        // It writes its log and spool as the user nobody.
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        InetSocketAddress free = TestPorts.takeOnLoopback();
        Path configuration = folder.resolve("exim.conf");
        Path output = folder.resolve("exim.out");
        Files.writeString(configuration, """
                primary_hostname = mx.example
                local_interfaces = <; 127.0.0.1
                daemon_smtp_ports = %2$d
                spool_directory = %1$s/spool
                log_file_path = %1$s/log-%%s
                pid_file_path = %1$s/exim.pid
                exim_user = nobody
                exim_group = nogroup
                host_lookup =
                rfc1413_query_timeout = 0s
                smtp_accept_max = 50
                %3$s
                """.formatted(folder, free.getPort(), String.join("\n", settings)));
        check(configuration, output);
        Process process = command(output, "-C", configuration.toString(), "-bdf", "-q1h");
        EximServer server = new EximServer(process, free);
        for (int i = 0; !server.listens(); i++) {
            if (process.waitFor(PAUSE_MILLIS, TimeUnit.MILLISECONDS) || i > PATIENCE_SECONDS * 1000 / PAUSE_MILLIS) {
                server.close();
                throw new IOException("Exim did not start: " + Files.readString(output, StandardCharsets.ISO_8859_1));
            }
        }
        return server;
    }

    /** {@code exim4 -bV} reads the whole configuration. */
    private static void check(Path configuration, Path output) throws IOException, InterruptedException {
        Process process = command(output, "-C", configuration.toString(), "-bV");
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("Exim refuses its configuration: "
                    + Files.readString(output, StandardCharsets.ISO_8859_1) + Files.readString(configuration));
        }
    }

    private static Process command(Path output, String... arguments) throws IOException {
        List<String> line = Stream.concat(Stream.of(EXIM.orElseThrow().toString()), Stream.of(arguments))
                .toList();
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    InetSocketAddress address() {
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
}
