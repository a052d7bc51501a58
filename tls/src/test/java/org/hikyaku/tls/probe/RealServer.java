package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.hikyaku.net.TestPorts;

/** A TLS server of somebody else, started for one test and ended by its process. */
public final class RealServer implements AutoCloseable {
    private final Process process;
    private final InetSocketAddress address;

    private RealServer(Process process, InetSocketAddress address) {
        this.process = process;
        this.address = address;
    }

    public InetSocketAddress address() {
        return address;
    }

    /**
     * OpenSSL's s_server, which says nothing inside TLS. One that answers sleeps for a second whenever a client wishes to
     * renegotiate.
     */
    public static RealServer openssl(List<String> certificateArguments, String... arguments) throws IOException {
        return openssl(List.of("-quiet"), certificateArguments, arguments);
    }

    /** As {@link #openssl}, answering each line with the line reversed. */
    public static RealServer echoingOpenssl(Certificates certificates, String... arguments) throws IOException {
        return openssl(List.of("-rev", "-naccept", "100000"), certificates.rsaArguments(), arguments);
    }

    private static RealServer openssl(List<String> mode, List<String> certificateArguments, String... arguments)
            throws IOException {
        int port = TestPorts.take();
        List<String> command = new ArrayList<>(List.of("openssl", "s_server", "-accept", "127.0.0.1:" + port));
        command.addAll(mode);
        command.addAll(certificateArguments);
        command.addAll(Arrays.asList(arguments));
        return start(command, port);
    }

    /** GnuTLS's server, echoing; {@code certificateArguments} as for OpenSSL. */
    public static RealServer gnutls(List<String> certificateArguments, List<String> arguments) throws IOException {
        int port = TestPorts.take();
        List<String> command = new ArrayList<>(List.of(
                "gnutls-serv",
                "--echo",
                "--quiet",
                "--port",
                String.valueOf(port),
                "--x509certfile",
                certificateArguments.get(1),
                "--x509keyfile",
                certificateArguments.get(3)));
        command.addAll(arguments);
        return start(command, port);
    }

    public static RealServer start(List<String> command, int port) throws IOException {
        Path log = Files.createTempFile("server", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        Process process = builder.start();
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        Instant end = Instant.now().plusSeconds(20);
        while (!listening(port)) {
            if (!process.isAlive() || Instant.now().isAfter(end)) {
                process.destroyForcibly();
                throw new IOException("no server came up: " + command + "\n" + Files.readString(log));
            }
            await(process);
        }
        return new RealServer(process, address);
    }

    /** Whether somebody listens, without a connection that the server would count: read from the kernel's table. */
    private static boolean listening(int port) throws IOException {
        String wanted = String.format(":%04X", port);
        for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > 3 && fields[1].endsWith(wanted) && fields[3].equals("0A")) {
                    return true;
                }
            }
        }
        return false;
    }

    private static void await(Process process) {
        try {
            process.waitFor(20, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
