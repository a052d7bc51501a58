package org.hikyaku.tls.probe;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;

/** Dovecot with IMAP and POP3, each with STARTTLS and with TLS at once, on ports of its own. */
final class DovecotServer implements AutoCloseable {
    private static final Path DOVECOT = Path.of("/usr/sbin/dovecot");

    private final Path folder;
    private final RealServer process;
    private final List<Integer> ports;

    private DovecotServer(Path folder, RealServer process, List<Integer> ports) {
        this.folder = folder;
        this.process = process;
        this.ports = ports;
    }

    static void assumeInstalled() {
        Assumptions.assumeTrue(Files.isExecutable(DOVECOT), "Dovecot is not installed (Debian package dovecot-imapd)");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "Dovecot can be started by root only");
    }

    /** @param settings lines about TLS for its configuration */
    static DovecotServer start(List<String> certificateArguments, String settings) throws IOException {
        // Not a JUnit folder: those are closed to everyone else, and Dovecot works as users of its own.
        Path folder = Files.createTempDirectory("hikyaku-dovecot");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        List<Integer> ports = TestPorts.take(4);
        Path configuration = folder.resolve("dovecot.conf");
        Files.writeString(
                configuration,
                """
                base_dir = %1$s/run
                state_dir = %1$s/state
                log_path = %1$s/log
                protocols = imap pop3
                listen = 127.0.0.1
                ssl = yes
                ssl_cert = <%2$s
                ssl_key = <%3$s
                service imap-login {
                  inet_listener imap {
                    port = %4$d
                  }
                  inet_listener imaps {
                    port = %5$d
                    ssl = yes
                  }
                }
                service pop3-login {
                  inet_listener pop3 {
                    port = %6$d
                  }
                  inet_listener pop3s {
                    port = %7$d
                    ssl = yes
                  }
                }
                passdb {
                  driver = static
                  args = nopassword=y
                }
                userdb {
                  driver = static
                  args = uid=nobody gid=nogroup home=/nonexistent
                }
                """.formatted(
                                        folder,
                                        certificateArguments.get(1),
                                        certificateArguments.get(3),
                                        ports.get(0),
                                        ports.get(1),
                                        ports.get(2),
                                        ports.get(3))
                        + settings);
        RealServer process =
                RealServer.start(List.of(DOVECOT.toString(), "-F", "-c", configuration.toString()), ports.getLast());
        return new DovecotServer(folder, process, ports);
    }

    InetSocketAddress address(Service service) {
        int port = switch (service) {
            case IMAP_STARTTLS -> ports.get(0);
            case IMAPS -> ports.get(1);
            case POP3_STARTTLS -> ports.get(2);
            case POP3S -> ports.get(3);
            case TLS, HTTPS, SMTP_STARTTLS, SMTPS -> throw new IllegalArgumentException("Dovecot does no " + service);
        };
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    String log() throws IOException {
        return Files.readString(folder.resolve("log"), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        process.close();
        List<Path> paths = new ArrayList<>();
        try (Stream<Path> walk = Files.walk(folder)) {
            walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
        }
        for (Path path : paths) {
            Files.deleteIfExists(path);
        }
    }
}
