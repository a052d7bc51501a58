package org.hikyaku.smtp.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.hikyaku.net.Addresses;
import org.hikyaku.net.TestPorts;
import org.hikyaku.x509.Credential;
import org.junit.jupiter.api.Assumptions;

/**
 * A Postfix with one master and as many MX hosts as wanted, each a listener on a loopback address of its own; all of them
 * on the same port, so that a test can lead port 25 of every address there. What is sent to it is taken and thrown away.
 */
public final class PostfixServer implements AutoCloseable {
    private static final Path POSTFIX = Path.of("/usr/sbin/postfix");
    private static final long PATIENCE_SECONDS = 60;

    /**
     * One MX host.
     *
     * @param hostname how it calls itself
     * @param address where it listens: any address of 127.0.0.0/8, or ::1
     * @param credential its key and chain; without one it offers no STARTTLS
     * @param settings parameters of Postfix that differ for it, {@code smtpd_tls_protocols} for example
     */
    public record Mx(
            String hostname, InetAddress address, Optional<Credential> credential, Map<String, String> settings) {

        public Mx {
            settings = Map.copyOf(settings);
        }

        /** With TLS as Postfix does it by default. */
        public static Mx of(String hostname, String address, Credential credential) {
            return new Mx(hostname, InetAddress.ofLiteral(address), Optional.of(credential), Map.of());
        }

        /** Without STARTTLS. */
        public static Mx inClear(String hostname, String address) {
            return new Mx(hostname, InetAddress.ofLiteral(address), Optional.empty(), Map.of());
        }

        /** With one parameter more. */
        public Mx with(String parameter, String value) {
            Map<String, String> more = new LinkedHashMap<>(settings);
            more.put(parameter, value);
            return new Mx(hostname, address, credential, more);
        }
    }

    private final Path folder;
    private final Instance instance;
    private final int port;

    private PostfixServer(Path folder, int port) {
        this.folder = folder;
        this.instance = new Instance(folder);
        this.port = port;
    }

    /** Skips the calling test unless Postfix is installed and may be started, which takes root. */
    public static void assumeInstalled() {
        Assumptions.assumeTrue(Files.isExecutable(POSTFIX), "Postfix is not installed (Debian package postfix)");
        Assumptions.assumeTrue(System.getProperty("user.name").equals("root"), "Postfix can be started by root only");
    }

    /** Starts it; when this returns, every host listens. */
    public static PostfixServer start(Mx... hosts) throws IOException, InterruptedException {
        return start(List.of(hosts));
    }

    /** As {@link #start(Mx...)}. */
    public static PostfixServer start(List<Mx> hosts) throws IOException, InterruptedException {
        // Not a JUnit folder: those are closed to everyone else, and Postfix works as a user of its own.
        Path folder = Files.createTempDirectory("hikyaku-postfix");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        PostfixServer server = new PostfixServer(folder, TestPorts.take());
        boolean started = false;
        try {
            server.configure(hosts);
            server.instance.run("start", List.of());
            started = true;
            return server;
        } finally {
            if (!started) {
                server.instance.delete();
            }
        }
    }

    /** The port of all hosts. */
    public int port() {
        return port;
    }

    public InetSocketAddress address(Mx host) {
        return new InetSocketAddress(host.address(), port);
    }

    /** What Postfix has logged so far. */
    public String log() throws IOException {
        return instance.log();
    }

    @Override
    public void close() throws IOException {
        try {
            instance.run("stop", List.of());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            instance.delete();
        }
    }

    private void configure(List<Mx> hosts) throws IOException {
        StringBuilder services = new StringBuilder();
        for (int i = 0; i < hosts.size(); i++) {
            addHost(services, hosts.get(i), folder.resolve("host" + i + ".pem"));
        }
        instance.configure("""
                mynetworks = 127.0.0.0/8 [::1]/128
                mydestination =
                relay_domains = static:all
                relay_transport = discard:test
                default_transport = discard:test
                local_transport = discard:test
                smtpd_peername_lookup = no
                smtpd_relay_restrictions = permit_mynetworks, reject
                smtpd_client_connection_rate_limit = 0
                smtpd_tls_security_level = may
                smtpd_tls_loglevel = 1
                """, services.toString());
    }

    private void addHost(StringBuilder master, Mx host, Path credentialFile) throws IOException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("myhostname", host.hostname());
        if (host.credential().isPresent()) {
            Credential credential = host.credential().get();
            Files.writeString(credentialFile, credential.keyPem() + credential.chainPem());
            Files.setPosixFilePermissions(credentialFile, PosixFilePermissions.fromString("rw-------"));
            settings.put("smtpd_tls_chain_files", credentialFile.toString());
        } else {
            settings.put("smtpd_tls_security_level", "none");
        }
        settings.putAll(host.settings());
        master.append(Addresses.text(address(host))).append(" inet n - n - - smtpd\n");
        settings.forEach((parameter, value) -> master.append("  -o { ")
                .append(parameter)
                .append(" = ")
                .append(value)
                .append(" }\n"));
    }

    /**
     * One Postfix: its configuration, queue and log, all in one folder.
     *
     * @param folder a folder of its own that everybody may read
     */
    record Instance(Path folder) {

        /**
         * Writes its configuration.
         *
         * @param main lines for {@code main.cf} besides those about its folders
         * @param services lines for {@code master.cf} besides the services that every Postfix has
         */
        void configure(String main, String services) throws IOException {
            Path etc = Files.createDirectories(folder.resolve("etc"));
            Files.createDirectories(folder.resolve("queue"));
            Path data = Files.createDirectories(folder.resolve("data"));
            Files.setOwner(
                    data, data.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("postfix"));
            // Which folders of the queue belong to whom; without it Postfix does not make them.
            Files.copy(Path.of("/etc/postfix/postfix-files"), etc.resolve("postfix-files"));
            Files.writeString(etc.resolve("dynamicmaps.cf"), "");
            Files.writeString(etc.resolve("main.cf"), """
                    compatibility_level = 3.6
                    queue_directory = %1$s/queue
                    data_directory = %1$s/data
                    maillog_file = %1$s/mail.log
                    maillog_file_prefixes = %1$s
                    syslog_name = %2$s
                    mail_owner = postfix
                    setgid_group = postdrop
                    inet_protocols = all
                    tls_random_source = dev:/dev/urandom
                    alias_maps =
                    alias_database =
                    """.formatted(folder, folder.getFileName()) + main);
            Files.writeString(etc.resolve("master.cf"), """
                    postlog   unix-dgram n - n - 1 postlogd
                    pickup    unix n - n 60 1 pickup
                    cleanup   unix n - n - 0 cleanup
                    qmgr      unix n - n 300 1 qmgr
                    tlsmgr    unix - - n 1000? 1 tlsmgr
                    rewrite   unix - - n - - trivial-rewrite
                    bounce    unix - - n - 0 bounce
                    defer     unix - - n - 0 bounce
                    trace     unix - - n - 0 bounce
                    verify    unix - - n - 1 verify
                    flush     unix n - n 1000? 0 flush
                    proxymap  unix - - n - - proxymap
                    error     unix - - n - - error
                    discard   unix - - n - - discard
                    anvil     unix - - n - 1 anvil
                    scache    unix - - n - 1 scache
                    """ + services);
        }

        /**
         * Runs {@code postfix start} or {@code postfix stop} to its end.
         *
         * @param before what to run it by, such as {@code unshare}
         */
        void run(String command, List<String> before) throws IOException, InterruptedException {
            List<String> line = new ArrayList<>(before);
            line.addAll(List.of(POSTFIX.toString(), "-c", folder.resolve("etc").toString(), command));
            Path output = folder.resolve(command + ".out");
            Process process = new ProcessBuilder(line)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("postfix " + command + " takes longer than " + PATIENCE_SECONDS + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException("postfix " + command + " failed: "
                        + Files.readString(output, StandardCharsets.ISO_8859_1) + log());
            }
        }

        String log() throws IOException {
            Path log = folder.resolve("mail.log");
            return Files.exists(log) ? Files.readString(log, StandardCharsets.ISO_8859_1) : "";
        }

        void delete() throws IOException {
            List<Path> paths = new ArrayList<>();
            try (Stream<Path> walk = Files.walk(folder)) {
                walk.sorted(Comparator.reverseOrder()).forEach(paths::add);
            }
            for (Path path : paths) {
                Files.deleteIfExists(path);
            }
        }
    }
}
