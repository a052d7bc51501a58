package org.hikyaku.conformance.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.hikyaku.conformance.serve.ServeOptions.Addresses;
import org.hikyaku.lab.Expectation.Status;
import org.hikyaku.lab.LabDomain;
import org.hikyaku.net.TestPorts;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.xbill.DNS.DClass;
import org.xbill.DNS.EDNSOption;
import org.xbill.DNS.ExtendedErrorCodeOption;
import org.xbill.DNS.ExtendedFlags;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.SimpleResolver;
import org.xbill.DNS.Type;

/**
 * A real Unbound walks from the root hints down through the served lab's name servers, with the lab's trust anchor, and
 * comes to what the catalogue says: secure, insecure, or bogus with the same Extended DNS Error.
 */
@Tag("interop")
@Timeout(300)
class UnboundOnServedLabInteropTest {
    private static final int NONE = -1;
    private static final Path UNBOUND = Path.of("/usr/sbin/unbound");

    /** Where Unbound 1.17 is meant to differ, with the reason. */
    private static final Map<String, Status> DIFFERENT = Map.of(
            // RFC 9905 is younger than this Unbound, which still validates algorithm 5
            "rsasha1.example", Status.SECURE);

    /**
     * Where Unbound 1.17 gives another Extended DNS Error for the same fault: when no signature over the DNSKEY records
     * verifies, it says "DNSKEY missing", for it has no key that it may use.
     */
    private static final Map<String, Integer> OTHER_ERROR = Map.of("dnssec-corrupt.example", 9);

    @TempDir
    private Path folder = Path.of("");

    @Test
    void unboundAgreesWithTheCatalogueAboutEveryDomain() throws Exception {
        assumeTrue(Files.exists(UNBOUND), "needs unbound");
        List<String> differences = new ArrayList<>();
        int bogus = 0;
        int secure = 0;
        try (RootPorts root = RootPorts.assumed();
                ServedLab lab = ServedLab.start(
                        ServeOptions.defaults()
                                .withAddresses(Addresses.LOOPBACK)
                                .withPorts(root.ports()),
                        _ -> {})) {
            lab.writeFiles(folder);
            try (Unbound unbound = new Unbound(folder)) {
                for (LabDomain domain : lab.catalogue().domains()) {
                    // Unbound would try for minutes where name servers keep silent
                    if (domain.setup().trouble().stream().anyMatch(t -> t.kind() == LabDomain.Trouble.Kind.TIMEOUT)) {
                        continue;
                    }
                    Seen seen = unbound.ask(domain.name(), Type.MX);
                    Status expected = DIFFERENT.getOrDefault(
                            domain.text(), domain.expectation().dnssec());
                    int error = OTHER_ERROR.getOrDefault(
                            domain.text(), domain.expectation().extendedError().orElse(NONE));
                    if (seen.status() != expected) {
                        differences.add(
                                domain.text() + ": the catalogue says " + expected + ", Unbound " + seen.status());
                    } else if (error != NONE && !seen.errors().contains(error)) {
                        differences.add(domain.text() + ": the catalogue says extended error " + error + ", Unbound "
                                + seen.errors());
                    }
                    bogus += expected == Status.BOGUS ? 1 : 0;
                    secure += expected == Status.SECURE ? 1 : 0;
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(secure).isGreaterThan(100);
        assertThat(bogus).isGreaterThanOrEqualTo(4);
    }

    /** What Unbound says. */
    private record Seen(Status status, Set<Integer> errors) {}

    /** An Unbound of our own. */
    private static final class Unbound implements AutoCloseable {
        private final Process process;
        private final SimpleResolver resolver;

        Unbound(Path folder) throws IOException {
            int port = TestPorts.takeForDns();
            Path configuration = folder.resolve("unbound.conf");
            Files.writeString(configuration, """
                    server:
                        interface: 127.0.0.1@%1$d
                        do-daemonize: no
                        chroot: ""
                        username: ""
                        directory: "%2$s"
                        pidfile: ""
                        use-syslog: no
                        logfile: ""
                        verbosity: 1
                        val-log-level: 2
                        ede: yes
                        do-ip6: no
                        do-not-query-localhost: no
                        module-config: "validator iterator"
                        root-hints: "%2$s/root.hints"
                        trust-anchor-file: "%2$s/root.ds"
                        local-zone: "test." nodefault
                        prefetch: no
                    remote-control:
                        control-enable: no
                    """.formatted(port, folder));
            process = new ProcessBuilder(UNBOUND.toString(), "-d", "-c", configuration.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(folder.resolve("unbound.log").toFile())
                    .start();
            resolver = new SimpleResolver("127.0.0.1");
            resolver.setPort(port);
            resolver.setTimeout(Duration.ofSeconds(30));
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

        Seen ask(Name name, int type) throws IOException {
            Message checked = send(name, type, false);
            if (checked.getRcode() != Rcode.SERVFAIL) {
                boolean secure = checked.getHeader().getFlag(Flags.AD);
                return new Seen(secure ? Status.SECURE : Status.INSECURE, Set.of());
            }
            boolean there = send(name, type, true).getRcode() != Rcode.SERVFAIL;
            return new Seen(there ? Status.BOGUS : Status.FAILED, errors(checked));
        }

        private static Set<Integer> errors(Message message) {
            Set<Integer> errors = new java.util.TreeSet<>();
            for (EDNSOption option : message.getOPT().getOptions(EDNSOption.Code.EDNS_EXTENDED_ERROR)) {
                errors.add(((ExtendedErrorCodeOption) option).getErrorCode());
            }
            return errors;
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
