package org.hikyaku.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.hikyaku.lab.Expectation.Status;
import org.hikyaku.lab.LabDomain.Trouble;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/** A real Unbound validates through the lab's DNS port and comes to what the catalogue says. */
@Tag("interop")
class UnboundInteropTest {
    private static final Path UNBOUND = Path.of("/usr/sbin/unbound");

    /** Where Unbound 1.17 is meant to differ, with the reason. */
    private static final Map<String, Status> DIFFERENT = Map.of(
            // RFC 9905 is younger than this Unbound, which still validates algorithm 5
            "rsasha1.example", Status.SECURE);

    @TempDir
    private Path folder;

    @Test
    void unboundAgreesWithTheCatalogueAboutEveryDomain() throws Exception {
        assumeTrue(Files.exists(UNBOUND), "needs unbound");
        List<String> differences = new ArrayList<>();
        try (Lab lab = Lab.start(LabOptions.defaults().serveDns(0));
                Unbound unbound = new Unbound(lab, folder)) {
            // a forwarder that first has to make keys looks dead to Unbound on a busy machine
            lab.zones().all().forEach(z -> z.lookup(z.setup().apex(), Type.DNSKEY));
            for (LabDomain domain : lab.catalogue().domains()) {
                if (domain.setup().trouble().stream().anyMatch(t -> t.kind() == Trouble.Kind.TIMEOUT)) {
                    continue; // Unbound would try for minutes
                }
                compare(domain.text() + " MX", expected(domain), unbound.ask(domain.name(), Type.MX), differences);
                domain.expectation()
                        .hosts()
                        .forEach((host, expectation) -> compareHost(domain, host, expectation, unbound, differences));
            }
        }
        assertThat(differences).isEmpty();
    }

    private static void compareHost(
            LabDomain domain, Name host, Expectation.Host expectation, Unbound unbound, List<String> differences) {
        Status a = unbound.ask(host, Type.A);
        Status aaaa = unbound.ask(host, Type.AAAA);
        // D4: secure when either family is
        Status best = a == Status.SECURE || aaaa == Status.SECURE ? Status.SECURE : a;
        Status expected = DIFFERENT.getOrDefault(domain.text(), expectation.dnssec());
        compare(domain.text() + ": addresses of " + host, expected, best, differences);
    }

    private static Status expected(LabDomain domain) {
        return DIFFERENT.getOrDefault(domain.text(), domain.expectation().dnssec());
    }

    private static void compare(String what, Status expected, Status actual, List<String> differences) {
        if (expected != actual) {
            differences.add(what + ": the catalogue says " + expected + ", Unbound " + actual);
        }
    }

    /** An Unbound of our own, which asks the lab alone. */
    private static final class Unbound implements AutoCloseable {
        private final Process process;
        private final SimpleResolver resolver;

        Unbound(Lab lab, Path folder) throws IOException {
            lab.writeFiles(folder);
            int port = TestPorts.takeForDns();
            Path configuration = folder.resolve("unbound.conf");
            Files.writeString(configuration, """
                    server:
                        interface: 127.0.0.1@%d
                        do-daemonize: no
                        chroot: ""
                        username: ""
                        directory: "%s"
                        pidfile: ""
                        use-syslog: no
                        logfile: ""
                        verbosity: 1
                        val-log-level: 2
                        do-not-query-localhost: no
                        module-config: "validator iterator"
                        trust-anchor-file: "%s/root.ds"
                        local-zone: "test." nodefault
                        qname-minimisation: no
                        aggressive-nsec: no
                        prefetch: no
                    forward-zone:
                        name: "."
                        forward-addr: 127.0.0.1@%d
                    remote-control:
                        control-enable: no
                    """.formatted(
                            port, folder, folder, lab.dnsAddress().orElseThrow().getPort()));
            process = new ProcessBuilder(UNBOUND.toString(), "-d", "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("unbound.log").toFile())
                    .start();
            resolver = new SimpleResolver("127.0.0.1");
            resolver.setPort(port);
            resolver.setTimeout(Duration.ofSeconds(20));
            resolver.setEDNS(0, 1232, ExtendedFlags.DO, List.of());
            awaitAnswer();
        }

        private void awaitAnswer() throws IOException {
            for (int attempt = 0; attempt < 100; attempt++) {
                try {
                    send(Name.root, Type.SOA, false);
                    return;
                } catch (IOException e) {
                    if (!process.isAlive()) {
                        throw new IOException("Unbound has ended: see its log", e);
                    }
                }
            }
            throw new IOException("Unbound does not answer");
        }

        Status ask(Name name, int type) {
            try {
                Message checked = send(name, type, false);
                if (checked.getRcode() == Rcode.SERVFAIL) {
                    boolean there = send(name, type, true).getRcode() != Rcode.SERVFAIL;
                    return there ? Status.BOGUS : Status.FAILED;
                }
                return checked.getHeader().getFlag(Flags.AD) ? Status.SECURE : Status.INSECURE;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        private Message send(Name name, int type, boolean unchecked) throws IOException {
            Message query = Message.newQuery(Record.newRecord(name, type, DClass.IN));
            query.getHeader().setFlag(Flags.AD);
            if (unchecked) {
                query.getHeader().setFlag(Flags.CD);
            }
            try {
                return resolver.send(query);
            } catch (IOException e) {
                // On a machine with much else to do an answer comes late to Unbound itself, which has it from then on.
                return resolver.send(query);
            }
        }

        @Override
        public void close() {
            process.destroy();
            process.onExit().join();
        }
    }
}
