package org.hikyaku.dns.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Assumptions;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Record;
import org.xbill.DNS.Type;

/** Starts DNS servers on a free loopback port. A test whose server is not installed is skipped, and says so. */
public final class DnsServers {

    /** A running DNS server and where it listens. */
    public record Running(ServerProcess process, InetSocketAddress address) implements AutoCloseable {

        /** A clause for Unbound that sends every question here: delegations would lead to port 53. */
        public String asForwardZone() {
            return """
                    forward-zone:
                        name: "."
                        forward-addr: 127.0.0.1@%d
                    """.formatted(address.getPort());
        }

        @Override
        public void close() {
            process.close();
        }
    }

    private static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    private static final int PATIENCE_MILLIS = 500;

    private DnsServers() {}

    /** Skips the calling test unless all these programs are installed. */
    public static void assumeInstalled(String... programs) {
        for (String program : programs) {
            Assumptions.assumeTrue(
                    ServerProcess.find(program).isPresent(),
                    program + " is not installed (Debian packages: bind9," + " bind9-utils, nsd, unbound)");
        }
    }

    /**
     * An authoritative server for these zones.
     *
     * @param folder an empty folder of its own
     * @param zones apex to zone file
     */
    public static Running nsd(Path folder, Map<Name, Path> zones) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        InetSocketAddress address = TestPorts.takeForDnsOnLoopback();
        StringBuilder conf = new StringBuilder("""
                server:
                    ip-address: 127.0.0.1@%d
                    username: ""
                    chroot: ""
                    zonesdir: "%s"
                    database: ""
                    pidfile: "%2$s/nsd.pid"
                    xfrdfile: "%2$s/xfrd.state"
                    xfrdir: "%2$s"
                    zonelistfile: "%2$s/zone.list"
                    server-count: 1
                    rrl-ratelimit: 0
                remote-control:
                    control-enable: no
                """.formatted(address.getPort(), folder));
        zones.forEach(
                (apex, file) -> conf.append("zone:\n    name: \"%s\"\n    zonefile: \"%s\"\n".formatted(apex, file)));
        return start(List.of(program("nsd"), "-d", "-c", write(folder, conf)), folder, address);
    }

    /** As {@link #nsd}, by BIND. */
    public static Running bind(Path folder, Map<Name, Path> zones) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        InetSocketAddress address = TestPorts.takeForDnsOnLoopback();
        StringBuilder conf = new StringBuilder("""
                options {
                    directory "%s";
                    pid-file "%1$s/named.pid";
                    session-keyfile none;
                    managed-keys-directory "%1$s";
                    listen-on port %d { 127.0.0.1; };
                    listen-on-v6 { none; };
                    recursion no;
                    notify no;
                    minimal-responses yes;
                    dnssec-validation no;
                    check-names primary ignore;
                };
                controls { };
                """.formatted(folder, address.getPort()));
        zones.forEach((apex, file) -> conf.append(
                "zone \"%s\" { type primary; file \"%s\"; masterfile-format text; };\n".formatted(apex, file)));
        return start(List.of(program("named"), "-g", "-c", write(folder, conf)), folder, address);
    }

    /**
     * Unbound.
     *
     * @param server more lines for its {@code server:} clause
     * @param rest further clauses, such as a {@code forward-zone:}
     */
    public static Running unbound(Path folder, String server, String rest) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        InetSocketAddress address = TestPorts.takeForDnsOnLoopback();
        String conf = """
                server:
                    interface: 127.0.0.1@%d
                    do-ip6: no
                    username: ""
                    chroot: ""
                    directory: "%s"
                    pidfile: "%2$s/unbound.pid"
                    use-syslog: no
                    logfile: ""
                    do-not-query-localhost: no
                    access-control: 127.0.0.0/8 allow
                    qname-minimisation: no
                    ede: yes
                %s
                remote-control:
                    control-enable: no
                %s
                """.formatted(address.getPort(), folder, server.indent(4), rest);
        return start(List.of(program("unbound"), "-d", "-p", "-c", write(folder, conf)), folder, address);
    }

    private static Running start(List<String> command, Path folder, InetSocketAddress address)
            throws IOException, InterruptedException {
        return new Running(ServerProcess.start(command, folder.resolve("log"), () -> answers(address)), address);
    }

    private static String program(String name) throws IOException {
        return ServerProcess.find(name)
                .orElseThrow(() -> new IOException(name + " is not installed"))
                .toString();
    }

    private static String write(Path folder, CharSequence conf) throws IOException {
        return Files.writeString(folder.resolve("conf"), conf).toString();
    }

    /** Any response will do, REFUSED too. */
    private static boolean answers(InetSocketAddress address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, LOOPBACK)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            byte[] query = Message.newQuery(Record.newRecord(Name.root, Type.SOA, DClass.IN))
                    .toWire();
            socket.connect(address);
            socket.send(new DatagramPacket(query, query.length));
            socket.receive(new DatagramPacket(new byte[4096], 4096));
            return true;
        }
    }
}
