package org.hikyaku.check.interop;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.TestPorts;
import org.hikyaku.net.interop.ServerProgram;
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
    private static final long PATIENCE_SECONDS = 30;

    private final ServerProgram program;
    private final InetSocketAddress address;

    private EximServer(ServerProgram program, InetSocketAddress address) {
        this.program = program;
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
        return new EximServer(
                ServerProgram.start(command("-C", configuration.toString(), "-bdf", "-q1h"), output, free), free);
    }

    /** {@code exim4 -bV} reads the whole configuration. */
    private static void check(Path configuration, Path output) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command("-C", configuration.toString(), "-bV"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException("Exim refuses its configuration: "
                    + Files.readString(output, StandardCharsets.ISO_8859_1) + Files.readString(configuration));
        }
    }

    private static List<String> command(String... arguments) {
        return Stream.concat(Stream.of(EXIM.orElseThrow().toString()), Stream.of(arguments))
                .toList();
    }

    InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        program.close();
    }
}
